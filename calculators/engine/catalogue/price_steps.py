"""Price tiers: what bytes to the internet cost when each step of the list is cheaper than the one before."""

from __future__ import annotations

from calculators.engine.catalogue.literature import ASSUMED
from calculators.engine.catalogue.price_tiers import CDN, INTERNET, by_volume
from calculators.engine.sheets import Formula, Input, Remark, Sheet

LISTS = "AWS, Amazon EC2 on-demand pricing and Amazon CloudFront pricing (2024)"

SHEET = Sheet(
    slug="price-tiers",
    title="Price tiers",
    summary="The bill for bytes to the internet by the steps of a price list, and how far off the first price is.",
    inputs=(
        Input(name="sent", label="bytes sent a month", default="200 TB", unit="TB", minimum="1 GB", source=ASSUMED),
        Input(
            name="first_price",
            label="first price, servers",
            default="0.09 USD/GB",
            unit="USD/GB",
            minimum="0 USD/GB",
            help="The steps keep their proportions: 10 TB in full, then 94 %, 78 % and, from 150 TB, 56 %.",
            source="AWS, Amazon EC2 on-demand pricing, data transfer out, first 10 TB a month (2024)",
        ),
        Input(
            name="cdn_price",
            label="first price, CDN",
            default="0.085 USD/GB",
            unit="USD/GB",
            minimum="0 USD/GB",
            help="The steps keep their proportions, down to 24 % above 5 PB.",
            source="AWS, Amazon CloudFront pricing, United States and Europe, first 10 TB a month (2024)",
        ),
        Input(
            name="growth",
            label="growth a year",
            default="50%",
            minimum="0%",
            maximum="1,000%",
            source=ASSUMED,
        ),
    ),
    formulas=(
        Formula(
            name="counted",
            label="bytes, counted at the first price",
            expression=by_volume("sent", INTERNET),
            words="each step of the price list × its share of the first price",
            unit="TB",
        ),
        Formula(name="bill", label="bill a month, from servers", expression="counted * first_price", unit="USD"),
        Formula(name="flat", label="the same at the first price for all", expression="sent * first_price", unit="USD"),
        Formula(name="mean_price", label="what a gigabyte costs on average", expression="bill / sent", unit="USD/GB"),
        Formula(
            name="cdn_counted",
            label="bytes through a CDN, counted at the first price",
            expression=by_volume("sent", CDN),
            words="each step of the price list × its share of the first price",
            unit="TB",
        ),
        Formula(name="cdn_bill", label="bill a month, through a CDN", expression="cdn_counted * cdn_price", unit="USD"),
        Formula(
            name="too_high",
            label="the first price says too much by",
            expression="sent / counted - 1",
            unit="%",
        ),
        Formula(
            name="sent_next",
            label="bytes a month in a year",
            expression="sent * (1 + growth)",
            unit="TB",
        ),
        Formula(
            name="counted_next",
            label="bytes in a year, counted at the first price",
            expression=by_volume("sent_next", INTERNET),
            words="the same steps for the bytes of next year",
            unit="TB",
        ),
        Formula(name="bill_next", label="bill a month in a year", expression="counted_next * first_price", unit="USD"),
        Formula(name="bill_growth", label="the bill grows by", expression="counted_next / counted - 1", unit="%"),
    ),
    outputs=("bill", "flat", "mean_price", "cdn_bill", "bill_next", "bill_growth"),
    remarks=(
        Remark(
            when="too_high > 5%",
            text="{sent} at the first price would be {flat}. By steps it is {bill}: the first price says {too_high} "
            "too much.",
            topic="cost-estimation",
        ),
        Remark(
            when="too_high <= 5%",
            text="Nearly all of it is in the first steps: the first price is near enough for an estimate.",
            topic="cost-estimation",
        ),
        Remark(
            when="cdn_bill < bill",
            text="Through a CDN the same bytes cost {cdn_bill} by its list. Contracts for petabytes cost less than "
            "either.",
            topic="cdn",
        ),
    ),
    topics=("cost-estimation", "bandwidth-estimation", "cdn"),
    sources=(LISTS,),
)

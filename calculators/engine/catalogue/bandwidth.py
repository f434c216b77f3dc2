"""Bandwidth: bytes in and bytes out, at average and at peak, what a CDN takes away, and how many links that fills."""

from __future__ import annotations

from calculators.engine.catalogue.literature import ASSUMED, MEASURE, XU
from calculators.engine.catalogue.price_tiers import CDN, INTERNET, by_volume
from calculators.engine.sheets import Formula, Input, Remark, Sheet

SHEET = Sheet(
    slug="bandwidth",
    title="Bandwidth",
    summary="Ingress and egress apart: average and peak, with a CDN in front, in links and in dollars.",
    inputs=(
        Input(
            name="write_rate",
            label="uploads per second, average",
            default="120",
            unit="write/s",
            minimum="0",
            help="A rate a day will do: 10M/day.",
            source="Worked example: 10 million uploads a day",
        ),
        Input(
            name="write_size",
            label="bytes per upload",
            default="300 kB",
            unit="byte/write",
            minimum="0",
            source=ASSUMED,
        ),
        Input(
            name="read_rate",
            label="downloads per second, average",
            default="12,000",
            unit="read/s",
            minimum="0",
            source="Worked example: a hundred views of each upload",
        ),
        Input(
            name="read_size",
            label="bytes per download",
            default="300 kB",
            unit="byte/read",
            minimum="0",
            source=ASSUMED,
        ),
        Input(
            name="overhead",
            label="headers and protocols on top",
            default="5%",
            minimum="0",
            maximum="1000%",
            help="40 bytes of IP and TCP headers in each 1,500 are 2.7 %; HTTP and TLS come on top.",
            source="RFC 791 and RFC 9293: 20 bytes each, in packets of 1,500",
        ),
        Input(
            name="peak_factor",
            label="peak over average",
            default="3",
            minimum="1",
            maximum="1000",
            source=ASSUMED,
        ),
        Input(
            name="cdn_hit_ratio",
            label="bytes that a CDN answers",
            default="90%",
            minimum="0",
            maximum="100%",
            help="0 % without a CDN.",
            source=MEASURE,
        ),
        Input(
            name="link_speed",
            label="one link",
            default="10 Gbit/s",
            unit="Gbit/s",
            minimum="1 kbit/s",
            source="A common port of a server",
        ),
        Input(
            name="link_utilisation",
            label="how full a link may be",
            default="70%",
            minimum="1%",
            maximum="100%",
            source=MEASURE,
        ),
        Input(
            name="egress_price",
            label="price of bytes that leave, first 10 TB a month",
            default="$0.09/GB",
            unit="USD/GB",
            minimum="0",
            source="AWS EC2 data transfer out, first 10 TB a month, list price 2024",
        ),
        Input(
            name="cdn_price",
            label="price of bytes through the CDN, first 10 TB a month",
            default="$0.085/GB",
            unit="USD/GB",
            minimum="0",
            source="AWS CloudFront, United States and Europe, first 10 TB a month, list price 2024",
        ),
        Input(
            name="origin_fetch_price",
            label="price of bytes from the origin to the CDN",
            default="$0/GB",
            unit="USD/GB",
            minimum="0",
            help="Free where both are of one provider, as S3 and CloudFront are. A CDN of another one pays for bytes "
            "that leave.",
            source="AWS Storage Services Overview, cost model of CloudFront: origin fetches are free of charge",
        ),
        Input(
            name="volume_tiers",
            label="cheaper by volume: 1 yes, 0 no",
            default="1",
            minimum="0",
            maximum="1",
            help="1 lowers each price by volume as the public price list does. 0 keeps one price, as in a contract.",
            source="AWS EC2 and CloudFront price lists 2024: steps at 10, 50 and 150 TB a month and above",
        ),
    ),
    formulas=(
        Formula(
            name="ingress",
            label="bytes in, average",
            expression="write_rate * write_size * (1 + overhead)",
            rounded="write_rate * write_size",
            help="A mental estimate leaves the headers out.",
        ),
        Formula(
            name="egress",
            label="bytes out to readers, average",
            expression="read_rate * read_size * (1 + overhead)",
            rounded="read_rate * read_size",
        ),
        Formula(name="peak_ingress", label="bytes in, peak", expression="ingress * peak_factor", unit="Gbit/s"),
        Formula(name="peak_egress", label="bytes out, peak", expression="egress * peak_factor", unit="Gbit/s"),
        Formula(
            name="origin_egress",
            label="bytes out of the origin, peak",
            expression="peak_egress * (1 - cdn_hit_ratio)",
            words="bytes out at peak × (1 − what the CDN answers)",
            unit="Gbit/s",
        ),
        Formula(
            name="links",
            label="links of the origin",
            expression="ceil(max(origin_egress, peak_ingress) / (link_speed * link_utilisation)) * 1 link",
            words="the larger direction ÷ (one link × how full it may be), rounded up",
            unit="link",
            help="A link carries both directions at once, so the larger one counts.",
        ),
        Formula(
            name="egress_to_ingress",
            label="bytes out for each byte in",
            expression="if(ingress > 0, egress / ingress, 0)",
            words="bytes out ÷ bytes in",
        ),
        Formula(name="monthly_bytes", label="bytes out a month", expression="egress * 1 month"),
        Formula(
            name="sent_by_origin",
            label="bytes that leave without a CDN, counted at the first tier's price",
            expression=by_volume("monthly_bytes", INTERNET, switch="volume_tiers"),
            words="each step of the price list × its share of the first price",
            help="Steps of the AWS list for the internet: 10 TB at the full price, then 94 %, 78 % and, from 150 TB, "
            "56 %.",
        ),
        Formula(
            name="sent_by_cdn",
            label="bytes through a CDN, counted at the first tier's price",
            expression=by_volume("monthly_bytes", CDN, switch="volume_tiers"),
            words="each step of the price list × its share of the first price",
            help="Steps of the CloudFront list: 10 TB at the full price, then less, down to 24 % above 5 PB.",
        ),
        Formula(
            name="monthly_cost",
            label="bytes out, price a month",
            expression="if(cdn_hit_ratio > 0, sent_by_cdn * cdn_price "
            "+ monthly_bytes * (1 - cdn_hit_ratio) * origin_fetch_price, sent_by_origin * egress_price)",
            words="with a CDN: all bytes × its price + what it fetches × that price; without: all bytes × the origin's",
            unit="USD",
            help="Assumes public list prices, cheaper by volume. Customers who send petabytes pay less under contract.",
        ),
    ),
    outputs=("ingress", "egress", "peak_egress", "origin_egress", "links", "monthly_cost"),
    remarks=(
        Remark(
            when="egress_to_ingress > 5",
            text="Bytes out are {egress_to_ingress} times bytes in: an estimate that gives one bandwidth has left "
            "one out.",
            topic="bandwidth-estimation",
        ),
        Remark(
            when="(cdn_hit_ratio == 0) * (peak_egress > 1 GB / 1 s)",
            text="{peak_egress} out of one place, without a CDN: put copies near the readers.",
            topic="cdn",
        ),
        Remark(
            when="links <= 1 link",
            text="One link carries it: the network is not what limits you.",
            topic="bandwidth-estimation",
        ),
    ),
    topics=("bandwidth-estimation", "cdn", "cost-estimation"),
    sources=(f"{XU}, ch. 2", "RFC 791 (1981); RFC 9293 (2022)"),
)

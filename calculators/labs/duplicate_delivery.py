"""A payment over a network that loses requests and answers, tried again until answered, with a key or without."""

from __future__ import annotations

from random import Random

from calculators.labs import svg
from calculators.labs.lab import STEP, Action, Choice, Lab, Number, Question, Table, Values, View, number, word

AMOUNT = 10
PAYMENTS = 5
TRIES = 6
ROW = 40  # of a ledger, in units of the drawing


class Paying:
    """Each step is one message with its fate: lost on the way, arrived with the answer lost, or answered."""

    def __init__(self, values: Values, random: Random) -> None:
        self.random = random
        self.has_key = word(values, "key") == "yes"
        self.loss = number(values, "loss") / 100
        self.payment, self.tried = 1, 0
        self.remembered: set[str] = set()
        self.charges: dict[int, int] = dict.fromkeys(range(1, PAYMENTS + 1), 0)
        self.arrived: dict[int, int] = dict.fromkeys(range(1, PAYMENTS + 1), 0)
        """How many requests of each payment reached the server: what it charges when it knows no key."""
        self.gave_up: set[int] = set()
        self.messages: list[tuple[str, str, str]] = []
        self.said = (
            f"{PAYMENTS} customers pay ${AMOUNT} each. The network loses {self.loss:.0%} of messages, either way."
        )

    @property
    def is_over(self) -> bool:
        return self.payment > PAYMENTS

    def act(self, action: str) -> None:  # noqa: ARG002 - it can only step
        if self.is_over:
            return
        self.tried += 1
        what = f"payment {self.payment}, try {self.tried}"
        fate, done = self._send()
        self.messages.append((what, fate, done))
        if fate == "answered":
            self.said = f"{what.capitalize()}: answered. {done}"
            self._next()
        elif self.tried >= TRIES:
            self.gave_up.add(self.payment)
            self.said = f"{what.capitalize()}: {fate}. The client gives up, and does not know whether it has paid."
            self._next()
        else:
            self.said = f"{what.capitalize()}: {fate}. {done} The client hears nothing and tries again."

    def _next(self) -> None:
        self.payment, self.tried = self.payment + 1, 0

    def _send(self) -> tuple[str, str]:
        if self.random.random() < self.loss:
            return "request lost", "The server knows nothing."
        done = self._charge()
        return ("answer lost" if self.random.random() < self.loss else "answered"), done

    def _charge(self) -> str:
        self.arrived[self.payment] += 1
        key = f"payment-{self.payment}"
        if self.has_key and key in self.remembered:
            return "The server knows the key and repeats its first answer."
        self.remembered.add(key)
        self.charges[self.payment] += 1
        times = self.charges[self.payment]
        return f"The server charges ${AMOUNT}" + (f", for the {_nth(times)} time." if times > 1 else ".")

    def view(self) -> View:
        charged = sum(self.charges.values())
        extra = sum(max(0, times - 1) for times in self.charges.values())
        paid = tuple(
            (
                f"Payment {each}",
                f"{times}",
                f"${times * AMOUNT}",
                "wrong" if times > 1 else "right" if times else "none",
            )
            for each, times in self.charges.items()
        )
        return View(
            said=self.said,
            drawing=self._drawing(),
            facts=(
                ("Charged", f"${charged * AMOUNT}"),
                ("Too much", f"${extra * AMOUNT}"),
                ("Messages sent", f"{len(self.messages)}"),
            ),
            tables=(
                Table("The ledger", ("Payment", "Charges", "Money", "That is"), paid),
                *(
                    (Table("Messages", ("Message", "Fate", "At the server"), tuple(self.messages)),)
                    if self.messages
                    else ()
                ),
            ),
            can=() if self.is_over else (STEP,),
        )

    def _drawing(self) -> str:
        """The last messages, and beside them what the very same messages charge without a key and with one."""
        shown = self.messages[-6:]
        client, server, middle = 34, 204, 119
        inside = svg.text(client, 16, "client", "label") + svg.text(server, 16, "server", "label")
        height = max(40 + 44 * max(1, len(shown)), 60 + ROW * (PAYMENTS + 1))
        inside += svg.line(client, 24, client, height, "life") + svg.line(server, 24, server, height, "life")
        for row, (what, fate, _) in enumerate(shown):
            y = 44 + 44 * row
            inside += svg.text(middle, y - 5, what, "small")
            if fate == "request lost":
                inside += svg.arrow(client, y, 106, y + 6, "message lost") + svg.text(
                    118, y + 11, "lost", "small bad", anchor="start"
                )
                continue
            inside += svg.arrow(client, y, server - 4, y + 8, "message")
            if fate == "answer lost":
                inside += svg.arrow(server, y + 14, 132, y + 20, "message lost") + svg.text(
                    120, y + 25, "lost", "small bad", anchor="end"
                )
            else:
                inside += svg.arrow(server, y + 14, client + 4, y + 22, "message")
        return svg.drawing(
            "The last messages, and the ledger without a key and with one", height + 10, inside + self._ledgers()
        )

    def _ledgers(self) -> str:
        inside = ""
        for x, width, name, has_key in ((228.0, 98.0, "without a key", False), (332.0, 64.0, "with a key", True)):
            is_mine = has_key == self.has_key
            inside += svg.rect(x, 24, width, 36 + ROW * (PAYMENTS + 1), "lane chosen" if is_mine else "lane")
            inside += svg.text(x + width / 2, 16, name, "label chosen" if is_mine else "label")
            for payment in range(1, PAYMENTS + 1):
                y = 42 + ROW * (payment - 1)
                times = min(1, self.arrived[payment]) if has_key else self.arrived[payment]
                inside += svg.text(x + 8, y + 4, f"{payment}", "small", anchor="start")
                for coin in range(times):
                    css = "fill bad" if coin else "fill good"
                    inside += svg.circle(x + 26 + 13 * coin, y, 6, css, key=f"{name} {payment} {coin}")
            charged = sum(min(1, each) if has_key else each for each in self.arrived.values()) * AMOUNT
            inside += svg.text(x + width / 2, 52 + ROW * PAYMENTS + 2, f"${charged}", "value")
        return inside


def _nth(times: int) -> str:
    return {2: "second", 3: "third"}.get(times, f"{times}th")


def _sum(run: Paying) -> str:
    if not run.is_over:
        return ""
    charged = sum(run.charges.values())
    return "less" if charged < PAYMENTS else "more" if charged > PAYMENTS else "right"


def _lesson(run: Paying) -> str:
    twice = sum(times > 1 for times in run.charges.values())
    never = sum(times == 0 for times in run.charges.values())
    charged = sum(run.charges.values()) * AMOUNT
    return (
        f"${charged} were charged for ${PAYMENTS * AMOUNT}: {twice} of {PAYMENTS} customers paid more than once and "
        f"{never or 'nobody'} not at all, {'with' if run.has_key else 'without'} a key."
    )


LAB = Lab(
    slug="duplicate-delivery",
    title="Duplicate delivery",
    summary="Retry payments over a lossy network, with and without an idempotency key, and count the money.",
    notice=(
        "A lost answer looks to the client like a lost request: it must try again, and the server may have charged.",
        "With a key that stays the same over all tries, the server can answer again without charging again.",
        "The key must be stored together with the charge, in one transaction: before or after it, the gap is back.",
    ),
    parameters=(
        Choice(name="key", label="idempotency key", options=(("no", "no"), ("yes", "yes"))),
        Number(name="loss", label="messages lost, percent", default=35, least=0, most=90),
    ),
    actions=(Action(STEP, "Next message"),),
    begin=Paying,
    shown="step*4",
    opens="step*3",
    asks=Question(
        text=f"{PAYMENTS} customers pay ${AMOUNT} each. How much will be charged in the end?",
        options=lambda _run: (
            ("less", f"less than ${PAYMENTS * AMOUNT}"),
            ("right", f"${PAYMENTS * AMOUNT}"),
            ("more", f"more than ${PAYMENTS * AMOUNT}"),
        ),
        answer=_sum,
        lesson=_lesson,
    ),
    topics=("delivery-guarantees", "webhooks", "retries-and-circuit-breakers", "api-design"),
    sources=(
        "IETF draft, The Idempotency-Key HTTP Header Field, 2021",
        "Stripe API reference, Idempotent requests, 2024",
    ),
)

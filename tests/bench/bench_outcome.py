"""How many SMTP replies a second of one core are judged; the bar is 20,000."""

import json
import statistics
from functools import partial
from pathlib import Path

from drip.domain.answering.rules import ruling
from drip.domain.outcome import Answer, judge, read_answer
from tests.bench.small import Figures, judged, main, per_second

BAR = 20_000
ROUNDS = 5
REPLIES = Path(__file__).parents[1] / "mail" / "replies.jsonl"


def replies(count: int) -> list[Answer]:
    """Replies of our corpus, each with an address and a host of its own, as servers write them."""
    texts = [json.loads(line)["text"] for line in REPLIES.read_text("utf-8").splitlines()]
    made = []
    for number in range(count):
        text = texts[number % len(texts)]
        made.append(read_answer(text.replace("nobody", f"n{number}").replace("firm.example", f"firm{number}.example")))
    return made


def decide(answers: list[Answer], remembers: bool) -> int:
    """Judge them all; `remembers`: what was decided of a reply that says the same may be used again."""
    for answer in answers:
        if not remembers:
            ruling.cache_clear()
        judge(answer.phase, answer.code, answer.enhanced, answer.text)
    return len(answers)


def measure(quick: bool) -> Figures:
    """Replies a second: the median of ROUNDS, their spread, and the median without any memory."""
    answers = replies(5_000 if quick else 40_000)
    with_memory, without = (
        [per_second(partial(decide, answers, remembers)) for _ in range(ROUNDS)] for remembers in (True, False)
    )
    return judged(with_memory, "replies_per_s", BAR) | {"without_memory_per_s": statistics.median(without)}


def say(found: Figures) -> str:
    return (
        "outcome: {replies_per_s:,.0f} replies/s ({least:,.0f} to {most:,.0f}), {over_bar:.2f} x the bar; "
        "{without_memory_per_s:,.0f} without memory".format(**found)
    )


if __name__ == "__main__":
    main(__doc__, measure, say)

"""How many SMTP replies a second of one core are judged; the bar is 20,000."""

import argparse
import json
import statistics
import time
from pathlib import Path

from drip.domain.answering.rules import ruling
from drip.domain.outcome import Answer, judge, read_answer

BAR = 20_000
REPLIES = Path(__file__).parents[1] / "mail" / "replies.jsonl"


def replies(count: int) -> list[Answer]:
    """Replies of our corpus, each with an address and a host of its own, as servers write them."""
    texts = [json.loads(line)["text"] for line in REPLIES.read_text("utf-8").splitlines()]
    made = []
    for number in range(count):
        text = texts[number % len(texts)]
        made.append(read_answer(text.replace("nobody", f"n{number}").replace("firm.example", f"firm{number}.example")))
    return made


def rate(answers: list[Answer], remembers: bool) -> float:
    """Replies a second; `remembers`: what was decided of a reply that says the same may be used again."""
    began = time.process_time()
    for answer in answers:
        if not remembers:
            ruling.cache_clear()
        judge(answer.phase, answer.code, answer.enhanced, answer.text)
    return len(answers) / (time.process_time() - began)


def measure(rounds: int, count: int) -> dict[str, float]:
    """Replies a second: the median of `rounds`, their spread, and the median without any memory."""
    answers = replies(count)
    rates = [rate(answers, remembers=True) for _ in range(rounds)]
    middle = statistics.median(rates)
    return {
        "replies_per_s": middle,
        "least": min(rates),
        "most": max(rates),
        "without_memory_per_s": statistics.median(rate(answers, remembers=False) for _ in range(rounds)),
        "over_bar": middle / BAR,
    }


def main() -> None:
    """Print the figures, as a line for people or as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args()
    found = measure(5, 5_000 if options.quick else 40_000)
    if options.json:
        print(json.dumps(found))
        return
    print(
        "outcome: {replies_per_s:,.0f} replies/s ({least:,.0f} to {most:,.0f}), {over_bar:.2f} x the bar; "
        "{without_memory_per_s:,.0f} without memory".format(**found)
    )


if __name__ == "__main__":
    main()

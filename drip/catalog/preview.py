"""Show every letter of a campaign on one page, as `drip campaign preview` writes it to a file."""

from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import Any

from drip.catalog.letters import compile_letter, render
from drip.catalog.values import empty_values, example_values
from drip.domain.campaign import Campaign, Step

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
body {{ margin: 0; padding: 32px; font: 16px/1.5 system-ui, sans-serif; background: #eceff1; color: #23282d; }}
h1 {{ font-size: 24px; margin: 0 0 4px; }}
p {{ margin: 0 0 16px; color: #525b63; }}
label {{ margin-right: 20px; }}
section {{ margin: 40px 0; }}
h2 {{ font-size: 18px; margin: 0 0 12px; }}
h2 small {{ font-weight: normal; color: #525b63; }}
.views {{ display: flex; gap: 24px; align-items: flex-start; flex-wrap: wrap; }}
iframe {{ border: 0; border-radius: 8px; background: #fff; height: 760px; box-shadow: 0 1px 3px #0003; }}
iframe.wide {{ width: 680px; }}
iframe.phone {{ width: 375px; }}
pre {{ width: 420px; margin: 0; padding: 20px; border-radius: 8px; background: #fff; box-shadow: 0 1px 3px #0003;
  white-space: pre-wrap; overflow-wrap: anywhere; font: 13px/1.55 ui-monospace, monospace; box-sizing: border-box; }}
body:has(#dark:checked) iframe {{ background: #191c1f; }}
body:not(:has(#full:checked)) .full, body:has(#full:checked) .empty {{ display: none; }}
</style>
</head>
<body>
<h1>{title}</h1>
<p>{description}</p>
<label><input type="checkbox" id="dark"> dark</label>
<label><input type="checkbox" id="full" checked> with everything known of the prospect</label>
{letters}
<script>
const fit = (frame) => {{
  const inside = frame.contentDocument && frame.contentDocument.documentElement;
  if (inside && frame.offsetWidth) {{
    frame.style.height = "0";
    frame.style.height = inside.scrollHeight + "px";
  }}
}};
const frames = [...document.querySelectorAll("iframe")].map((frame) => [frame, frame.srcdoc]);
for (const [frame] of frames) {{
  frame.addEventListener("load", () => fit(frame));
  fit(frame);
}}
document.querySelector("#full").addEventListener("change", () => frames.forEach(([frame]) => fit(frame)));
document.querySelector("#dark").addEventListener("change", (event) => {{
  for (const [frame, light] of frames) {{
    frame.srcdoc = event.target.checked ? light.replace("(prefers-color-scheme: dark)", "all") : light;
  }}
}});
</script>
</body>
</html>
"""
_LETTER = """<section>
<h2>{subject} <small>{name}</small></h2>
{views}
</section>
"""
_VIEWS = """<div class="views {kind}">
<iframe class="wide" sandbox="allow-same-origin" title="on a desk" srcdoc="{html}"></iframe>
<iframe class="phone" sandbox="allow-same-origin" title="on a phone" srcdoc="{html}"></iframe>
<pre>{text}</pre>
</div>
"""


def preview(campaign: Campaign, templates: Path) -> str:
    """One HTML page with each letter at both widths and its text part, for an example prospect.

    Nothing on it is loaded from elsewhere. Raises LetterError when a letter cannot be made.
    """
    steps = list(campaign.steps)
    if campaign.silence.closing is not None:
        steps.append(Step("closing", campaign.silence.closing))
    letters = [_letter(campaign, step, number, templates) for number, step in enumerate(steps, 1)]
    return _PAGE.format(
        title=escape(campaign.name),
        description=escape(campaign.description),
        letters="".join(letters),
    )


def _letter(campaign: Campaign, step: Step, number: int, templates: Path) -> str:
    letter = compile_letter(templates, step.template, campaign.fields)
    views, subject = "", ""
    for kind, values in (
        ("empty", empty_values(campaign.fields)),
        ("full", example_values(campaign.fields)),
    ):
        rendered = render(letter, _of(campaign, step, number, values))
        subject = rendered.subject
        html, text = escape(rendered.html), escape(rendered.text)
        views += _VIEWS.format(kind=kind, html=html, text=text)
    return _LETTER.format(subject=escape(subject), name=escape(step.key), views=views)


def _of(campaign: Campaign, step: Step, number: int, values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **values,
        "campaign": {"name": campaign.name, "key": campaign.key},
        "step": {"key": step.key, "n": number},
    }

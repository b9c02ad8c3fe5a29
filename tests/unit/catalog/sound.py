"""A sound campaign with one letter and its layout, for tests to break."""

LAYOUT = """<!doctype html>
<html><head><style>p { margin: 0 } .small { color: #666 }
@media (max-width: 600px) { p { font-size: 18px } }</style></head>
<body><div style="display:none">{% block preheader %}{% endblock %}</div>
<table role="presentation"><tr><td>
<p>Hi {{ prospect.first_name | default("there", true) }},</p>
{% block message %}{% endblock %}
</td></tr>
{% if recall.promised %}
<tr><td><p>I'll call on the {{ recall.on | nth }}.</p></td></tr>
{% endif %}
<tr><td><p class="small"><a href="{{ links.opt_in }}">Yes</a>
<a href="{{ links.opt_out }}">Stop</a> <a href="{{ links.view }}">View in browser</a>
{{ sender.name }}, {{ sender.postal_address }}</p></td></tr></table></body></html>
"""
BODY = """{% extends "layouts/letter.html" %}
{% block message %}
<p>One idea. <a href="{{ links.to("https://www.example.com/a?x=1&y=2") }}">The sheet</a></p>
{% endblock %}
"""
CAMPAIGN = """name = "Small"
[silence]
closing = false

[[steps]]
key = "one"
"""

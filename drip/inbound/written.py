"""The words a person wrote: a mail's text without the letter it quotes and without the signature."""

import re

from lxml import html as pages
from lxml.etree import ParserError, iterwalk

from drip.inbound.addresses import ADDRESS
from drip.inbound.part import Part
from drip.inbound.told import plain_words

_LONGEST = 50_000  # octets of text that are read
_LONGEST_PAGE = 400_000
_LAST = 12  # lines
_LEAD_LINES, _LEAD = 3, 300  # lines and characters of what leads to a quote
_DIGIT = re.compile(r"\d")
_QUOTED_LINE = re.compile(r"^[ \t]*(?:>|\|[ \t])")
# "On Tuesday Ann wrote:" in many languages; it may go over three lines.
_COLON = re.compile(r"[:：][ \t*_]*$", re.MULTILINE)
_WROTE = re.compile(
    r"\b(?:wrote|writes|schrieb|[ée]crit|escribi[óo]|ha scritto|escreveu|schreef|skrev|napisa[łl](?:\(?a\)?)?|"
    r"pisze|kirjoitti|geschreven|napsala?|írta|a scris|yazdı|написала?|пишет|έγραψε)(?!\w)[^\n:：]{0,120}[:：]"
    r"|^[ \t]*20\d\d[年/-].{4,80}<[^\s<>@]+@[^\s<>]+>.{0,20}[:：]"
    # day, hour and address alone (Yandex, Mail.ru, Gmail in Russian): no person writes so
    r"|^(?=[^<]{0,80}\b20\d\d\b)(?=[^<]{0,80}\b\d{1,2}[:.]\d\d\b)[^<]{8,120}<[^\s<>@]+@[^\s<>]+>[ \t]*[:：]",
    re.IGNORECASE,
)
_LEADS = re.compile(  # what such words begin with
    r"[ \t>*_]*(?:(?:On|Am|Le|El|Il(?: giorno)?|Em|No dia|Op|Den|W dniu|Dnia|På)\b.{0,60}\d|"
    r"20\d\d[年/-]|\d{1,4}[./-]\d)",
    re.IGNORECASE | re.DOTALL,
)
_REST = re.compile(r"[ \t>]*[^\s<>@]{1,100}@[^\s<>]{1,255}>[ \t]*[:：]")
_BEGUN_ABOVE = re.compile(r"[ \t]*<[^\s<>@]{1,100}@[^\s<>]{1,255}>")  # the day and the name stand in the line before
_DATED = re.compile(r"\b20\d\d\b.{0,30}\b\d{1,2}[:.]\d\d\b")
_WITHOUT_COLON = re.compile(  # before a quote: "2011/4/7 Ann <ann@firm.example>" (Gmail until 2012), Android, Zoho
    r"^[ \t]*(?:20\d\d[/-]\d{1,2}[/-]\d{1,2} [^\n<>]{1,80}<[^\s<>@]{1,100}@[^\s<>]{1,255}>|"
    r"-{2,6} ?[^\s-][^\n]{1,120} wrote ?-{2,6}|On [^\n]{6,40}\d[^\n]{2,80}<[^<>\s@]{1,100}@[^<>\s]{1,255}> wrote)"
    r"[ \t]*\n(?=\s*>)",
    re.MULTILINE,
)
_IN_LINE = re.compile(  # behind the last word of the answer, where a program adds no line of its own
    r"(?:-{3} ?|(?<=\S) )On \w{3}, [^\n]{6,40}\d[^\n]{3,100}@[^\n]{1,80} wrote:[ \t]*$(?=\n\s*>)", re.MULTILINE
)
_ADDRESSED = re.compile(r"[^\n]{0,120}[<\[(][^\s<>@]{1,100}@[^\s<>]{1,255}[>\])]")
_FIELD = r"(?:From|Von|De|Da|Van|Från|Fra|Od|Expéditeur|Remitente|Mittente|差出人|送信者)"
_SENT = (
    r"(?:Sent|Date|Gesendet|Datum|Envoyé|Date d'envoi|Enviado(?: el| em)?|Fecha|Inviato|Data|Verzonden|Skickat|"
    r"Wysłano|Data wysłania|Sendt|"
    r"To|An|À|Para|A|Aan|Till|Do|Til|Subject|Betreff|Objet|Asunto|Oggetto|Assunto|Onderwerp|Ämne|Temat|送信日時|宛先|件名)"
)
_WHEN = r"(?:Sent|Date|Gesendet|Datum|Envoyé|Enviado|Fecha|Inviato|Data|Verzonden|Skickat|Wysłano)"
_HEAD = re.compile(
    rf"^[ \t>*]*\*?{_WHEN}\*?[ \t]?[:：]\*?[ \t\u00a0][^\n]*\d[^\n]*\n[ \t>*]*\*?{_FIELD}\*?[ \t]?[:：][^\n]*@|"
    r"^[ \t>]*Date: [^\n]{8,40}\d\d:\d\d [+-]\d{4}[^\n]{0,20}\n[ \t>]*To: [^\n]*@|"
    rf"^[ \t>*]*\*?{_FIELD}\*?[ \t]?[:：]\*?[ \t][^\n]+\n(?:[^\n]*\n){{0,2}}?[ \t>*]*\*?{_SENT}\*?[ \t]?[:：]",
    re.MULTILINE,
)
_RULE = re.compile(
    r"^[ \t>]*(?:-{2,}[ \t]?(?:Original[ -]?(?:Message|Nachricht)|Original Appointment|Forwarded message|"
    r"Ursprüngliche Nachricht|"
    r"Weitergeleitete Nachricht|(?:Message|Mail|E-mail|Courriel) d'origine|"
    r"(?:Message|Mail|Courriel) original|Mensaje original|Messaggio originale|Mensagem original|Oorspronkelijk bericht|"
    r"Originalmeddelande|Ursprungligt meddelande|"
    r"Oprindelig (?:besked|meddelelse)|Opprinnelig melding|Alkuperäinen viesti|Původní zpráva|Исходное сообщение|"
    r"Wiadomość oryginalna|元のメッセージ)[ \t]?-{2,}|Begin forwarded message:|Anfang der weitergeleiteten Nachricht:|"
    r"Début du message (?:réexpédié|transféré) ?:|_{20,}|"
    r">>> .{3,120}\d.{0,20} >>>|-{2,6} ?[^\s-].{1,120} wrote ?-{2,6}|"  # GroupWise; Zoho and Android
    r"On .{6,40}\d.{2,80}<[^<>\s@]{1,100}@[^<>\s]{1,255}> wrote)[ \t]*$|"
    r"^[ \t]*On .{10,80}<[^<>\s]{1,100}@[^<>\s]{1,255}> wrote:[ \t]{2,}(?=\S)",  # Yahoo's apps
    re.MULTILINE | re.IGNORECASE,
)
_SIGNATURE = re.compile(r"^(?:--|—|__)[ \t]?$", re.MULTILINE)
_MOBILE = re.compile(
    r"^[ \t]*(?:Sent (?:from|via|with) (?:my |the )?[^\n]{2,100}|(?:Get|Obtenir|Télécharger|Obtener|Scarica|Ottieni|"
    r"Obter o|Hämta|Hent|Pobierz(?: aplikację)?) Outlook (?:for|pour|para|per|för|til|dla) [^\n]{2,60}|"
    r"Outlook (?:für|voor|for) [^\n]{2,40} (?:herunterladen|beziehen|downloaden|を[^\n]{2,6})|"
    r"Von (?:meinem|meiner)(?:/meiner)? [^\n]{2,40} gesendet|Gesendet (?:von|mit|über) [^\n]{2,60}|"
    r"Diese Nachricht wurde von [^\n]{2,60} gesendet|Sendt fra (?:min|mit) [^\n]{2,40}|"
    r"Envoyé (?:de|depuis|à partir de|avec) [^\n]{2,60}|Enviado (?:desde|do|de|a partir d[eo]|con|com) [^\n]{2,60}|"
    r"Inviato (?:da|dal|con) [^\n]{2,60}|"
    r"Verzonden (?:vanaf|met|via) [^\n]{2,60}|Verstuurd vanaf [^\n]{2,60}|"
    r"Skickat från [^\n]{2,60}|Wysłane z [^\n]{2,60}|Download (?:Outlook|the)[^\n]{2,60}|iPhoneから送信|"
    r"Yahoo Mail: [^\n]{2,60}|"
    r"Androidから送信)[ \t.]*$",
    re.MULTILINE | re.IGNORECASE,
)
_BLOCKS = frozenset(
    [
        "address",
        "article",
        "blockquote",
        "br",
        "dd",
        "div",
        "dl",
        "dt",
        "footer",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "li",
        "ol",
        "p",
        "pre",
        "section",
        "table",
        "td",
        "th",
        "tr",
        "ul",
    ]
)
_UNSEEN = frozenset({"style", "script", "head", "title"})
_QUOTES = (
    "//div[@name='quote']",
    "//blockquote[@type='cite' or contains(@class,'gmail_quote') or contains(@style,'border-left') or @cite]",
    "//*[contains(@class,'gmail_quote') or contains(@class,'yahoo_quoted') or contains(@class,'gmail_extra')]",
    "//*[contains(@class,'gmail_signature') or contains(@class,'moz-signature') or @id='Signature']",
    "//*[@id='ms-outlook-mobile-signature' or @data-smartmail='gmail_signature']",
    "//*[contains(@class,'moz-cite-prefix') or contains(@class,'protonmail_quote') or contains(@class,'gmail_attr')]",
)
_GOES = "data-kept"  # marks what encloses a quote: it stays, only what follows it goes
_AND_ALL_AFTER = (
    "//*[@id='appendonsend' or @id='divRplyFwdMsg' or @id='stopSpelling' or @id='reply-intro']",
    "//*[@id='mail-editor-reference-message-container']",
    "//div[contains(translate(@style,' ',''),'border-top:solid#E1E1E1')]",
    "//div[contains(translate(@style,' ',''),'border-top:solid#B5C4DF')]",
)


def text_of(mail: Part) -> str:
    """All the text of a mail, of its plain part or of its page."""
    plain = [one for one in _texts(mail) if one.kind != "text/html"]
    if plain:
        return "\n".join(one.text(_LONGEST) for one in plain[:3])
    return next((plain_words(one.text(_LONGEST)) for one in _texts(mail)), "")


def written_text(mail: Part) -> str:
    """What the person wrote in this mail. What cannot be told for certain to be quoted or signed stays."""
    plain = [one for one in _texts(mail) if one.kind != "text/html"]
    if plain:
        return strip("\n".join(one.text(_LONGEST) for one in plain[:3]))
    page = next(iter(_texts(mail)), None)
    return "" if page is None else strip(_page_text(page.text(_LONGEST_PAGE)))


def strip(text: str) -> str:
    """A text without quotes and signature; the answers between quotes stay."""
    text = text.replace("\u200b", "").replace("\ufeff", "")
    text = _IN_LINE.sub("", _WITHOUT_COLON.sub("", text))
    ends = [found.start() for one in (_HEAD, _RULE) if (found := one.search(text)) is not None]
    if ends:
        text = text[: min(ends)]
    own = _without_quotes(text)
    signed = _SIGNATURE.search(own)
    own = own[: signed.start()] if signed is not None else own
    sent = _MOBILE.search(own, _last_lines(own))
    own = own[: sent.start()] if sent is not None else own
    return re.sub(r"\n{3,}", "\n\n", "\n".join(line.rstrip() for line in own.splitlines())).strip()


def _last_lines(text: str) -> int:
    """Where the last lines begin, in which programs write what they are."""
    at = len(text)
    for _ in range(_LAST):
        at = text.rfind("\n", 0, max(at - 1, 0))
        if at < 0:
            return 0
    return at


def _without_quotes(text: str) -> str:
    """Without quoted lines and the lines that lead to them; what is quoted without a mark ends the text."""
    at = 0
    while (colon := _COLON.search(text, at)) is not None:
        line = text.rfind("\n", 0, colon.start()) + 1
        if _REST.match(text, line, colon.end()):  # "Am Di. schrieb Ann Jones <" stands before it
            line = text.rfind("\n", 0, max(line - 1, 0)) + 1
        found = _WROTE.search(text[line : colon.end()].replace("\n", " "))
        begun = None if found is None else _lead(text, line, colon.end())
        begun = _introduced(text, colon.end()) if begun is None else begun
        at = colon.end()
        if begun is None:
            continue
        after = text[at:].lstrip("\n \t\u00a0")
        if after and not _QUOTED_LINE.match(after):
            return _unmarked(text[:begun])
        text, at = text[:begun] + text[at:], begun
    return _unmarked(text)


def _introduced(text: str, end: int) -> int | None:
    """Where the paragraph begins that ends with a colon before a quote and names a day and an address, in any
    language; None if it is none."""
    if not _QUOTED_LINE.match(text[end : end + 200].lstrip("\n \t\u00a0")):
        return None
    start = text.rfind("\n\n", 0, end) + 1
    said = text[start:end]
    is_short = said.strip().count("\n") < _LEAD_LINES and len(said) < _LEAD
    return start if is_short and ADDRESS.search(said) and _DIGIT.search(said) else None


def _lead(text: str, line: int, end: int) -> int | None:
    """Where what ends with "wrote:" begins: in this line, or up to two before it; None if a person says so."""
    start = line
    for _ in range(3):
        if _LEADS.match(text, start, end):
            return start
        if start < 2 or text[start - 2] == "\n":
            break
        start = text.rfind("\n", 0, start - 1) + 1
    if not _ADDRESSED.match(text, line, end):
        return None
    above = text.rfind("\n", 0, max(line - 1, 0)) + 1
    return above if _BEGUN_ABOVE.match(text, line, end) and _DATED.search(text, above, line) else line


def _unmarked(text: str) -> str:
    return "\n".join(line for line in text.splitlines() if not _QUOTED_LINE.match(line))


def _texts(mail: Part) -> list[Part]:
    return [one for one in mail.walk() if one.kind in ("text/plain", "text/html") and not one.is_attachment]


def _page_text(page: str) -> str:
    """The text of a page without what mail programs mark as quoted or signed."""
    try:
        root = pages.document_fromstring(page.encode("utf-8", "replace"), parser=pages.HTMLParser(encoding="utf-8"))
    except (ParserError, ValueError):
        return ""
    for way in _AND_ALL_AFTER:
        for one in root.xpath(way)[:1]:
            _drop_from(one)
    for way in _QUOTES:
        for one in root.xpath(way):
            if one.getparent() is not None:
                one.drop_tree()
    return _lines(root)


def _lines(root: pages.HtmlElement) -> str:
    """The words of a page, a line for each of its blocks."""
    lines = [""]
    for event, node in iterwalk(root, events=("start", "end")):
        if not isinstance(node.tag, str) or node.tag in _UNSEEN:
            continue
        if node.tag == "br" and event == "start":
            lines.append("")
        elif node.tag in _BLOCKS and lines[-1].strip():
            lines += ["", ""] if node.tag == "p" and event == "end" else [""]
        lines[-1] += (node.text if event == "start" else node.tail) or ""
    return "\n".join(" ".join(line.split()) for line in lines)


def _drop_from(node: pages.HtmlElement) -> None:
    """Drop an element and all that stands after it, wherever."""
    while node.getparent() is not None and node.tag != "body":
        parent = node.getparent()
        for later in list(node.itersiblings()):
            parent.remove(later)
        above = parent
        if node.get(_GOES) is None:
            parent.remove(node)
        above.set(_GOES, "no")
        node = above

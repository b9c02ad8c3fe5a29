"""Whether a mail only says that we are to stop writing (MAIL 19), in ten languages."""

import re

_LONGEST = 300  # characters: who writes more has more to say
_MORE = r"(?: [\w'’/-]+){0,5}"  # "from your list", "de vos fichiers"
_MAIL = r"(?:e-?mails?|mails?|messages?|newsletters?|letters|mailings?|spam|stuff|advertising|ads)"
_LIST = r"(?:lists?|database|newsletters?|mailings?|e-?mails?|mails?|distribution|records|system|files)"
_ME = r"(?:me|us|my (?:e-?mail|address|name|details|data|contact)(?: address| details)?)"

# What stands before and after, and says nothing.
_GREETING = re.compile(
    r"^(?:hi|hello|hey|dear|good (?:morning|afternoon|day)|hallo|guten (?:tag|morgen)|moin|sehr geehrte[rn]?|liebe[r]?|"
    r"bonjour|madame|monsieur|hola|buen[oa]s (?:d[íi]as|tardes)|estimad[oa]s?|ciao|buongiorno|salve|gentile|egregi[oa]|"
    r"ol[áa]|oi|bom dia|boa tarde|prezad[oa]s?|beste|geachte|dag|hej|god (?:dag|morgon)|dzie[ńn] dobry|witam|"
    r"szanown[iya]\w*|お世話になっております|こんにちは)\b[^\n]{0,60}?(?:[,!.:。]|\n|$)\s*"
)
_CLOSING = re.compile(
    r"(?:^|[\n.,!;])[ \t]*(?:thanks?|thx|ty|(?:kind|best|warm) (?:regards|wishes)|regards|best|cheers|sincerely|"
    r"yours|mit freundlichen|mfg|freundliche|viele gr|beste gr|gru[ßs]|lg\b|vg\b|danke|vielen dank|besten dank|merci|"
    r"cordialement|bien [àa] vous|salutations|saludos|un saludo|atentamente|gracias|grazie|cordiali|distinti|saluti|"
    r"obrigad[oa]|atenciosamente|cumprimentos|att\b|(?:vriendelijke )?groet|met vriendelijke|mvg|bedankt|dank u|"
    r"(?:v[äa]nliga )?h[äa]lsningar|mvh|tack\b|pozdrawiam|dzi[ęe]kuj[ęe]|z powa[żz]aniem|よろしく|宜しく|以上)"
    r"[^\n]{0,60}(?:\n[^\n]{0,60}){0,5}$"
)
_NAME = re.compile(r"(?<=\S)\n+[^\W\d_][\w.'-]*(?: [^\W\d_][\w.'-]*){0,2}\s*$")
_POLITE = (
    r"(?:please|pls|plz|kindly|just|now|immediately|asap|at once|today|thanks?|thank you|i (?:would like|want|wish) to|"
    r"i'd like to|(?:can|could|would|will) you|(?:i'm|i am|we're|we are)? ?not interested|no thanks?|and|so|"
    r"bitte|sofort|umgehend|danke|vielen dank|"
    r"merci(?: d'avance)?|s'il (?:vous|te) pla[îi]t|svp|stp|veuillez|pri[èe]re|de|bien vouloir|di|gelieve|vriendelijk|"
    r"por favor|ruego|solicito|gracias|per favore|per cortesia|grazie|vi prego|favor|gentileza|obrigad[oa]|"
    r"alstublieft|aub|graag|bedankt|tack|sn[äa]lla|v[äa]nligen|prosz[ęe]|dzi[ęe]kuj[ęe]|uprzejmie)"
)
_WORDS = (
    # English
    rf"(?:un-?subscribe|opt(?:ing)?[ -]?out|remove|stop)(?: {_ME})?(?: (?:from|of)(?: [\w'-]+){{0,3}} {_LIST})?|"
    rf"(?:take|get|remove|delete|drop|strike|unsubscribe|cancel) {_ME} (?:off|from|out of)(?: [\w'-]+){{0,3}}? {_LIST}|"
    rf"(?:stop|cease|quit) (?:e-?mailing|mailing|contacting|writing(?: to)?|messaging|spamming|sending|bothering)"
    rf"(?: (?:me|us))?(?: (?:any|these|this|your|more|such|further|all)){{0,2}}(?: {_MAIL})?(?: again| any ?more)?|"
    rf"(?:do not|don'?t|never) (?:e-?mail|mail|contact|write(?: to)?|message|send|bother)(?: (?:me|us))?"
    rf"(?: (?:any|more|further|these|such)){{0,2}}(?: {_MAIL})?(?: again| any ?more| any longer)?|"
    rf"(?:no|stop|stop the)(?: (?:more|further))? {_MAIL}(?: from you)?|cancel (?:my )?subscription|stop (?:this|"
    rf"it)|no (?:more|further) contact|opt (?:me|us) out|"
    rf"(?:be|have me) (?:removed|taken off|unsubscribed|deleted){_MORE}|"
    rf"i (?:do not|don'?t|no longer) (?:want|wish)(?: to)? (?:receive|get|be contacted|hear)"
    rf"(?: (?:any|these|this|your|more|such|further)){{0,2}}(?: {_MAIL})?(?: from you)?(?: again| any ?more)?|"
    # German
    r"(?:mich )?(?:abmelden|abmeldung|austragen|abbestellen|stopp|l[öo]schen|entfernen)|"
    r"ich (?:m[öo]chte|will) mich(?: \w+){0,3} (?:abmelden|austragen)|"
    r"(?:tragen|nehmen|streichen|melden|l[öo]schen|entfernen) sie (?:mich|uns|meine(?: e-?mail-?| mail-?)? ?adresse)"
    rf"{_MORE}|"
    r"(?:mich|uns|meine e-?mail-?adresse)(?: \w+){1,4} (?:austragen|streichen|l[öo]schen|entfernen|abmelden|nehmen)|"
    r"keine?n? (?:(?:weiteren?|weitere) )?(?:e-?mails?|mails?|nachrichten|newsletter|werbung|zusendungen|post)"
    r"(?: mehr)?(?: (?:an mich|senden|schicken|zusenden))?|"
    r"(?:schreiben|kontaktieren|mailen|senden|schicken) sie (?:mir|mich|uns) (?:nicht|keine)(?: [\w-]+){0,3}|"
    r"ich (?:m[öo]chte|will) (?:keine|nicht)(?: [\w-]+){0,2} mehr(?: [\w-]+){0,3}|"
    # French
    rf"(?:je (?:souhaite|veux|voudrais) )?(?:(?:me|nous) )?(?:d[ée]s(?:inscri\w+|abonn\w+))(?:-moi)?{_MORE}|"
    rf"(?:je (?:souhaite|veux|voudrais) )?(?:me|nous|m'|mon (?:adresse|e-?mail|mail|nom)) ?"
    rf"(?:retirer|supprimer|radier|enlever|[ôo]ter){_MORE}|"
    rf"(?:retir|supprim|enlev|radi)(?:ez|er)(?:-moi| mon (?:adresse|e-?mail|mail|nom)){_MORE}|"
    r"(?:ne )?(?:plus )?(?:me |m')(?:envoyez|envoyer|contactez|contacter|[ée]crivez|"
    r"[ée]crire)(?: plus)?(?: [\w'-]+){0,4}|"
    r"(?:je ne (?:souhaite|veux) )?plus (?:recevoir|de)(?: vos| de| d')? ?(?:e-?mails?|mails?|messages?|courriels?)"
    r"(?: [\w'-]+){0,3}|arr[êe]tez(?: [\w'-]+){0,5}|"
    # Spanish
    rf"(?:(?:quiero|deseo|me gustar[íi]a|quisiera) )?(?:dar(?:me)?|d[ée](?:n)?me|dame|denos|"
    rf"dar)(?: mi \w+)?(?: de)? baja{_MORE}|"
    rf"baja(?: de{_MORE})?|no m[áa]s (?:correos|mensajes|e-?mails?)|cancelar (?:la |mi )?suscripci[óo]n|"
    rf"(?:elim[íi]n|b[óo]rr|qu[íi]t|elimin|borr|quit)(?:e|en|a|ar|ad)(?:n?me| mi (?:correo|direcci[óo]n|"
    rf"e-?mail)){_MORE}|"
    r"no (?:me |nos )?(?:env[íi]en?|manden?|escriban?|contacten?)(?: [\w-]+){0,4}|"
    r"no (?:quiero|deseo) recibir(?: [\w-]+){0,4}|"
    # Italian
    rf"(?:cancella|rimuov|disiscriv|togli|elimina)(?:mi|temi|imi|etemi|ermi|rmi|ere il mio indirizzo){_MORE}|"
    r"disiscrizione|cancellazione|disiscrivere|basta (?:e-?mail|mail|messaggi)|"
    r"non (?:mi |ci )?(?:inviat|mandat|scrivet|contattat|invi|mand|scriv|contatt)(?:e|i|a|emi)(?: [\wùòàè-]+){0,4}|"
    r"non (?:voglio|desidero)(?: più)? ricevere(?: [\wùòàè-]+){0,4}|"
    # Portuguese
    rf"(?:me )?(?:remov|retir|exclu|descadastr|desinscrev|cancel)(?:a|e|er|ar|ir|am|em|es)(?:-me| me)?"
    rf"(?: (?:o |a )?(?:meu|minha|nosso) (?:e-?mail|endere[çc]o|nome|contato|inscri[çc][ãa]o|subscri[çc][ãa]o))?"
    rf"(?: d(?:a|e|o|esta|essa)(?: [\w-]+){{0,4}})?|"
    r"n[ãa]o (?:me )?(?:enviem?|mandem?|escrevam?|contactem?)(?: [\w-]+){0,4}|"
    r"n[ãa]o (?:quero|desejo) (?:mais )?receber(?: [\w-]+){0,4}|cancelar (?:a )?(?:subscri[çc][ãa]o|inscri[çc][ãa]o)|"
    # Dutch
    rf"(?:mij|me) uit te schrijven{_MORE}|(?:mij|me) af te melden{_MORE}|(?:mij |me )?(?:afmelden|uitschrijven|"
    rf"uitschrijving|afmelding){_MORE}|"
    rf"(?:schrijf|meld|haal|verwijder|schrap) (?:mij|me|ons|mijn (?:e-?mail)?adres){_MORE}|"
    r"(?:stuur (?:mij|me) )?geen (?:verdere )?(?:e-?mails?|mails?|berichten|nieuwsbrieven)(?: meer)?(?: [\w-]+){0,2}|"
    r"ik wil(?: \w+)? geen(?: [\w-]+){0,2} meer(?: ontvangen)?|"
    # Swedish
    rf"(?:avregistrera|avprenumerera|avanm[äa]l|avsluta prenumeration){_MORE}|(?:ta bort|stryk) (?:mig|oss|"
    rf"min adress){_MORE}|"
    r"sluta (?:att )?(?:skicka|mejla|maila)(?: [\wåäö-]+){0,4}|(?:skicka|mejla|maila|kontakta) (?:mig |"
    r"oss )?(?:inte|inga|aldrig)(?: [\wåäö-]+){0,4}|"
    r"inga fler (?:mejl|mail|utskick|brev)|jag vill inte (?:ha|f[åa])(?: [\wåäö-]+){0,4}|"
    # Polish
    rf"(?:o |mnie )?(?:wypisz|wypisa[ćc]|wypiszcie|wypisanie|rezygnuj[ęe]|rezygnacja){_MORE}|"
    rf"(?:mnie|mojego adresu|mój adres) usun[ąa][ćc]{_MORE}|(?:o )?(?:usu[ńn]|usun[ąa][ćc]|usuni[ęe]cie|"
    rf"usu[ńn]cie)(?: (?:mnie|mojego|m[óo]j|adres\w*)){{1,2}}{_MORE}|"
    r"(?:o )?nie(?:wysy[łl]anie|przysy[łl]anie)?(?: (?:wysy[łl]a\w+|przysy[łl]a\w+|pisa\w+|kontaktowa\w+))"
    r"(?: (?:mi|mnie|do mnie|si[ęe]|ze mn[ąa]|wi[ęe]cej|ju[żz]|wiadomo\w+|maili|e-maili|mejli)){0,5}|"
    r"nie chc[ęe](?: ju[żz])? (?:otrzymywa[ćc]|dostawa[ćc])(?: [\w-]+){0,4}|"
    # Japanese
    r"(?:今後(?:の|、)?)?(?:メール|メルマガ|配信|送信|登録|購読|ご?連絡)?(?:の|を|は)?(?:配信|送信|登録)?(?:の|を|は)?"
    r"(?:停止|解除|中止|不要|やめ|止め|削除|送らないで|結構)(?:を|に|て|です)?(?:して)?"
    r"(?:ください|下さい|お願い(?:いた|致)?します|希望(?:いた)?します|願います)?"
)
_STOP = re.compile(_WORDS)
_EDGE = re.compile(rf"^(?:{_POLITE}\b ?)+|(?: ?\b{_POLITE})+$")
_NOT_WORDS = re.compile(r"[^\w\s'’-]|(?<!\w)-|-(?!\w)")


def only_says_stop(words: str) -> bool:
    """Whether a text says nothing but that we are to stop; greetings, thanks and a name are nothing."""
    if not words or len(words) > _LONGEST:
        return False
    said = _CLOSING.sub("", _GREETING.sub("", words.casefold().strip(), count=1)).strip() or words.casefold().strip()
    return _is_stop(said) or _is_stop(_NAME.sub("", said))


def _is_stop(said: str) -> bool:
    plain = " ".join(_NOT_WORDS.sub(" ", said).split())
    bare = _EDGE.sub("", plain).strip()
    return any(_STOP.fullmatch(one) is not None for one in (plain, bare) if one)

"""What programs say when they answer by themselves, as data, in ten languages: acknowledgements, challenges."""

import re

# Parts of words without which none of SAYS_SO, TICKET or CHALLENGERS fits; to look for them first is cheap.
STEMS = (
    *("automat", "auto-", "auto ", "autosvar", "autogenerat", "maschinell", "computer generated", "computer-generated"),
    *("system generated", "system-generated", "自動", "monitored", "unattended", "presidiat", "not being read"),
    *("is not read", "not checked", "not attended", "wird nicht", "monitorat"),
)
TICKET_STEMS = (
    *("ticket", "case", "request", "reference", "nquiry", "incident", "nummer", "numer", "número", "numéro", "番号"),
    "reply above",
)
CHALLENGER_STEMS = (
    *("spamarrest", "boxbe", "messages only from", "mails only from", "message only from", "mail only from"),
    *("my guest list", "approved senders", "from junk", "from spam", "receiving junk", "receiving spam"),
    *("antispam uol", "release your message"),
)
# A program speaks of itself. "If this is an automatic mail" is a person's.
SAYS_SO = re.compile(
    r"(?<!if )(?<!whether )(?<!think )(?<![\"'“‘„«])\b(?:this|the following) (?:is|e-?mail is|message is|"
    r"reply is|was) an? "
    r"(?:auto(?:matic|mated|matically|-)?|computer|system)[- ]?(?:generated |sent )?"
    r"(?:e-?mail|message|reply|response|answer|acknowledge?ment|notification|confirmation|auto-?reply)|"
    r"(?:message|e-?mail|reply|response|notification) (?:was|is|has been) (?:auto(?:matically)?[ -]?|computer[ -])"
    r"(?:generated|sent|created)|^[^\w\n]*auto(?:mated|matic)[ -](?:reply|response|message|answer)\b|"
    r"\bthis (?:e-?mail |shared )?(?:mailbox|address|account|inbox|e-?mail(?: address| account)?) is (?:not|no longer) "
    r"(?:being |regularly |actively )?(?:monitored|read|checked|attended)|unattended (?:mailbox|e-?mail|inbox|address)|"
    r"(?:automatisch|maschinell) (?:erstellt|generiert|versandt|versendet|erzeugt|gesendet|verschickt)|"
    r"\b(?:dies(?:e|es)? ist eine|dies(?:e|es)?) automatische|\bautomatische (?:empfangs|eingangs)best[äa]tigung|"
    r"(?:postfach|mailbox|adresse|konto) wird nicht (?:mehr )?(?:gelesen|[üu]berwacht|abgerufen|bearbeitet|"
    r"genutzt|betreut)|"
    r"(?:ceci est|il s'agit d')\s?une? (?:message|r[ée]ponse|courriel|e-?mail|mail) automatique|"
    r"(?:g[ée]n[ée]r[ée]|envoy[ée])e?s? automatiquement|"
    r"(?:este|esto|[ée]ste) (?:es|mensaje es|correo es)(?: una?)? (?:mensaje|correo|respuesta|e-?mail) autom[áa]tic|"
    r"(?:generad|enviad)[oa] autom[áa]ticamente|"
    r"(?:quest[oa] [èe] una?|la presente [èe] una?|quest[oa]) ?(?:messaggio|risposta|e-?mail|mail) automatic|"
    r"(?:generat|inviat)[oa] automaticamente|casella [^.\n]{0,40}non [èe] (?:pi[ùu] )?(?:presidiat|monitorat|attiv)|"
    r"(?:esta [ée] uma|este [ée] um|esta) ?(?:mensagem|resposta|e-?mail) autom[áa]tic|(?:gerad|"
    r"enviad)[oa] automaticamente|"
    r"automatisch (?:verzonden|gegenereerd|verstuurd|aangemaakt)|dit is een automatisch|"
    r"(?:detta|det h[äa]r|dette) (?:[äa]r|er) et?t? automatisk|automatiskt? (?:genererat|genererad|skickat|"
    r"utskick|genereret)|"
    r"(?:wygenerowan|wys[łl]an|utworzon)\w* automatycznie|to (?:jest )?(?:automatyczna|wiadomo[śs][ćc] automatyczna)|"
    r"自動(?:送信|返信|応答|配信)",
    re.IGNORECASE | re.MULTILINE,
)
# Subjects of an acknowledgement; none of them begins with "Re:".
RECEIVED = re.compile(
    r"\s*(?:[\[【][^\]】]{1,40}[\]】]\s*)?(?:(?:we(?:'ve| have)? )?(?:received|got) your|thank(?:s|"
    r" you) for (?:contacting|your (?:e-?mail|message|mail|enquiry|inquiry|request|interest|submission|contact|"
    r"feedback)|"
    r"getting in|"
    r"reaching|writing)|acknowledge?ment\b|confirmation of receipt|(?:your |support |new )?(?:request|inquiry|enquiry|"
    r"ticket|case|message|e-?mail)\b.{0,40}?(?:received|created|opened|registered|logged|acknowledged)|"
    r"(?:eingangs|empfangs)best[äa]tigung|(?:ihre|deine) (?:anfrage|nachricht|e-?mail|mail)\b|vielen dank f[üu]r ihre|"
    r"wir haben ihre|accus[ée] de r[ée]ception|nous avons bien re[çc]u|votre (?:demande|message|courriel)\b|"
    r"confirmation de r[ée]ception|(?:hemos recibido|recibimos)|acuse de recibo|confirmaci[óo]n de recepci[óo]n|"
    r"gracias por (?:contactar|"
    r"escribir|su|tu)|abbiamo ricevuto|conferma (?:di )?ricezione|richiesta ricevuta|grazie per (?:averci|la)|"
    r"recebemos|confirma[çc][ãa]o de rece|obrigad[oa] por|"
    r"ontvangstbevestiging|(?:wij hebben )?uw (?:bericht|e-?mail|vraag|aanvraag|verzoek)\b|bedankt voor|"
    r"vi har (?:tagit emot|mottagit|f[åa]tt)|tack f[öo]r (?:ditt|att)|mottagningsbekr|"
    r"potwierdzenie (?:otrzymania|przyj[ęe]cia|odbioru|zg[łl]oszenia)|otrzymali[śs]my|dzi[ęe]kujemy za|"
    r"お問い?合わ?せ(?:いただき|を|の|あり)|受付(?:完了|のお知らせ)|【?自動)",
    re.IGNORECASE,
)
# What is promised there: that somebody will answer, and when.
PROMISE = re.compile(
    r"will (?:[\w-]+ ){0,3}?(?:reply|respond|get back|contact|answer|review|be in touch|follow up)|(?:within|in) "
    r"(?:\d+|one|two|three)(?:[- ]\d+)? (?:business |working )?(?:hours?|days?)|as soon as possible|shortly|"
    r"(?:being|be) (?:reviewed|processed)|reference number|case number|response time|"
    r"so (?:schnell|bald) wie m[öo]glich|schnellstm[öo]glich|umgehend bearbeit|bearbeite[nt]|in k[üu]rze|"
    r"dans les (?:meilleurs|plus brefs)|sous \d+ ?(?:h|heures|jours)|"
    r"lo antes posible|a la (?:mayor )?brevedad|en breve|en un plazo|il prima possibile|al pi[ùu] presto|"
    r"in lavorazione|"
    r"em breve|assim que poss[íi]vel|o mais (?:breve|r[áa]pido)|prazo de|"
    r"(?:zo (?:snel|spoedig) mogelijk|binnen \w+ (?:werk)?dag|reageren)|s[åa] (?:snart|fort)|[åa]terkommer|"
    r"melden uns|innerhalb von|in \w+ werktagen|le atender|ser[áa] atendid|nous reviendrons|entraremos em contato|"
    r"nemen .{0,40}contact|svarar|inom \w+ (?:arbets)?dag|skontaktujemy|w ci[ąa]gu|jak najszybciej|odpowiemy|"
    r"wkr[óo]tce|営業日以内|折り返し|改めて|追って|se comunicar[áa]|se pondr[áa]|ご(?:連絡|返信|回答)(?:いた|致|差し)",
    re.IGNORECASE,
)
# That a mail came in, as a program says it.
ARRIVED = re.compile(
    r"(?:have|has|'ve|been|was|is) (?:now )?(?:received|registered|logged|opened|created|recorded|submitted)|"
    r"received your|"
    r"for (?:contacting|your (?:e-?mail|message|enquiry|inquiry|request))|(?:opened|created) (?:a )?(?:case|ticket)|"
    r"erhalten|eingegangen|registriert|f[üu]r ihre (?:anfrage|nachricht|e-?mail)|re[çc]ue?|enregistr[ée]|"
    r"recibid[oa]|registrad[oa]|ricevut[oa]|registrat[oa]|recebemos|recebid[oa]|ontvangen|geregistreerd|mottagit|"
    r"tagit emot|registrerat|otrzymali|zarejestrowan|przyj[ęe]li|受け付け|受付|承りました|お問い合わせ(?:いただき|を)",
    re.IGNORECASE,
)
# Mailboxes of a firm and not of a person, whose first answer is a program's.
ROLES = re.compile(
    r"(?:info|support|service|kontakt|contact|office|help(?:[-._]?desk)?|service-?desk|enquir(?:y|ies)|inquir(?:y|ies)|"
    r"customer[-._]?(?:care|service|support)|kundenservice|kundtj[a]nst|klantenservice|clientes|atendimento|sac|"
    r"soporte|"
    r"assistenza|assistance|sales|vertrieb|ventas|vendite|vendas|verkoop|biuro|serwis|hilfe|aide|care|hello|team|mail|"
    r"admin\w*|reception|receptie|accueil|secretariat|empfang|zentrale|buchhaltung|einkauf|compras|acquisti|"
    r"inkoop|orders?|"
    r"bestellung(?:en)?|pedidos|ordini|commandes?|bookings?|reservations?|jobs|careers|hr|billing|accounts|invoices?|"
    r"rechnung|webmaster|press|marketing|privacy|feedback|hotline|it|"
    r"no-?reply|do-?not-?reply|tickets?)",
    re.IGNORECASE,
)
FORWARDED = re.compile(  # no person says so of a mail he answers
    r"(?:mail|message|nachricht)\w* (?:wird|werden) (?:\w+ )?(?:nicht|weder) (?:\w+ ){0,2}?(?:weitergeleitet|gelesen)|"
    r"(?:mail|message)s? (?:will|is|are) (?:not (?:be )?(?:automatically )?|neither )(?:be )?forwarded",
    re.IGNORECASE,
)
UNANSWERED = re.compile(r"(?:no-?reply|do-?not-?reply|notifications?|billing|alerts?)\b.*", re.IGNORECASE)
# A person speaks of the matter; a program that answers everybody does not.
ENGAGES = re.compile(
    r"int[ée]re[sś]s|zainteres|interes[ae]|\blet['’]?s\b|\bby the way\b|\bdemo\b|call me\b|rufen sie mich|"
    r"appelez[- ]moi|"
    r"ll[áa]m(?:e|a)me|mi chiami|興味",
    re.IGNORECASE,
)
# A person speaks of himself; a firm's program says "we".
PERSON = re.compile(
    r"(?:\b(?:i|i've|i'm|i'll|me|my|ich|mich|mir|mein\w*|je|moi|mon|yo|mí|mis?|io|mio|eu|meu|ik|mij|mijn|jag|mig|"
    r"mnie)\b|"
    r"\bj['’]|\?)",
    re.IGNORECASE,
)
# Thanks for the mail, behind a greeting, and the rest of that sentence.
THANKS = re.compile(
    r"\s*(?:[^\n.!?]{0,40}[\n,!]\s*)?(?:many )?(?:thanks?|thank you|vielen dank|danke|merci|gracias|grazie|obrigad[oa]|"
    r"bedankt|dank (?:u|je)|tack|dzi[ęe]kuj[ęe])(?: \w+)? (?:for|f[üu]r|pour|de|por|per|pela?o?|voor|f[öo]r|"
    r"za) [^.!?\n]{0,40}"
    r"(?:mail|message|nachricht|courriel|mensaje|correo|messaggio|mensagem|bericht|mejl|meddelande|"
    r"wiadomo)[^.!?\n]{0,60}"
    r"[.!\n]",
    re.IGNORECASE,
)
# Who is away says whom to ask, and that he does not read his mail.
MANNERS = (
    re.compile(
        r"\burgent|\bemergenc|pressing|immediate (?:assistance|attention|help)|in my absence|during (?:my absence|"
        r"this time)|dringend|"
        r"in meiner abwesenheit|vertretung|urgence|urgenc|urgenz|urg[êe]nc|spoed|dringende|br[åa]dskande|pilnych|"
        r"pilne|お急ぎ",
        re.IGNORECASE,
    ),
    re.compile(
        r"(?:no|limited|intermittent|without|little) access|not (?:be )?(?:checking|reading|monitor)|keinen zugriff|"
        r"nicht (?:gelesen|weitergeleitet)|pas acc[èe]s|sin acceso|acceso limitado|senza accesso|sem acesso|"
        r"geen toegang|"
        r"l[äa]ser inte|nie mam dost[ęe]pu",
        re.IGNORECASE,
    ),
)
NUMBER = re.compile(r"[A-Z]{0,5}-?\d[\d-]{3,20}")
# A ticket was opened: no person writes so.
TICKET = re.compile(
    r"(?:ticket|case|request|reference|enquiry|inquiry|incident)(?: (?:with )?(?:id|number|no\.?|nr\.?))?"
    r"[ :#-]{0,3}(?:[\[(#]{0,2}[A-Z-]{0,8}\d[\w-]*[\])]?,? )?(?:has been|was|is) (?:created|opened|received|registered|"
    r"logged|assigned|submitted)|your (?:case|ticket|reference|request|incident) (?:number|id|no\.?) is|"
    r"(?:ticket|vorgangs|fall|bearbeitungs)-?nummer|num[ée]ro de (?:ticket|dossier|demande)|"
    r"n[úu]mero de (?:ticket|caso|"
    r"incidencia|protocolo|chamado)|numero (?:di )?(?:ticket|pratica)|ticketnummer|[äa]rendenummer|numer zg[łl]oszenia|"
    r"(?:type|write) your reply above this line|^[^\w\n]*reply above this line|受付番号|お問い合わせ番号",
    re.IGNORECASE | re.MULTILINE,
)
# Who is away answers later. It counts beside words of an absence at the start of a mail that quotes nothing.
LATER = re.compile(
    r"\b(?:reply|respond|answer|get back|write back|read|deal)\b[^.\n]{0,60}\b(?:return|get back|am back|'m back|"
    r"be back|are back)|"
    r"\b(?:reply|respond|answer)[^.\n]{0,40} at that time|"
    r"\b(?:when|upon|after|once|on) (?:i |my |we |our )?(?:return|get back|am back)\b[^.\n]{0,40}(?:reply|"
    r"respond|answer)|"
    r"nach meiner r[üu]ckkehr|sobald ich (?:zur[üu]ck|wieder)|(?:d[èe]s|[àa]) mon retour|a mi (?:regreso|vuelta|"
    r"retorno)|"
    r"al mio (?:rientro|ritorno)|(?:no|ap[óo]s o) meu (?:regresso|retorno)|assim que (?:retornar|regressar|voltar)|"
    r"(?:wanneer|zodra|als) ik terug|(?:n[äa]r|s[åa] snart) jag [äa]r tillbaka|po (?:moim )?powrocie|"
    r"戻り次第|復帰後|出社後",
    re.IGNORECASE,
)
# Mail that asks the sender to prove that he is a person.
CHALLENGE = re.compile(
    r"(?:confirm|verify|authenticate) (?:that )?(?:your (?:e-?mail|message|address|identity)|you(?:'re| are) (?:a |"
    r"not )|this (?:e-?mail|message|request))|"
    r"(?:click|reply|respond)[^.]{0,80}(?:to|and) (?:confirm|verify|authenticate|deliver|"
    r"release)[^.]{0,60}(?:message|e-?mail|address)|"
    r"(?:your|this) (?:message|e-?mail)[^\n]{0,60}? (?:is|has been|will be|was) (?:held|quarantined|waiting|"
    r"being held)[^\n]{0,120}(?:confirm|verif|click|reply|approv)|"
    r"challenge[- ]response|sender (?:verification|confirmation|authentication)|spam ?arrest|boxtrapper|"
    r"anti-?spam confirmation|one-?time (?:confirmation|verification)|"
    r"best[äa]tigen sie[^.]{0,60}(?:absender|e-?mail|nachricht)|confirme[rz]?[^.]{0,40}(?:adresse|message|"
    r"exp[ée]diteur)|confirm[ea][^.]{0,40}(?:correo|mensaje|remitente)",
    re.IGNORECASE,
)
# Programs that do so in words no person has: Spam Arrest, Boxbe, TMDA, EarthLink, UOL.
CHALLENGERS = re.compile(
    r"https?://(?:www\.)?(?:spamarrest|boxbe)\.com/|"
    r"(?:allow|accept) incoming (?:e-?mails?|messages?) only from (?:senders|people|addresses) i|"
    r"add(?:ed)? (?:yourself )?to my (?:guest list|list of approved senders)|"
    r"protecting (?:myself|my mailbox|my inbox) from (?:receiving )?(?:junk|spam)|"
    r"antispam uol|to release your message for delivery,",
    re.IGNORECASE,
)

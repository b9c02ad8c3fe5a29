"""How people ask to be contacted later, in ten languages, as data: en, de, fr, es, it, pt, nl, sv, pl, ja."""

import re

_W = r"[^,;:.!?。\n]"  # what stands inside one clause

# What asks for contact. The words for a time may stand inside, behind, or in front. Nothing here is what the writer
# will do ("I will get back to you in March"), or tells of what is over.
_ENGLISH = (
    r"(?:(?:^|[\n.!?,;:(–—-]\s*)|\b(?:please|pls|kindly|and|but|so|then|maybe|perhaps|just|rather|better|do not|"
    r"don['’]t|"
    r"(?:could|can|would|will) you(?: please| kindly)?|you (?:can|could|may|might|should)(?: certainly| always)?|"
    r"feel free to|hesitate to|(?:better|best|easier|good|great|fine|ok|okay|welcome|happy|glad|open) (?:to|if you)|"
    r"let['’]?s|let us|(?:how|what) about we|"
    r"(?:shall|should|could|can) we|why (?:don['’]t|not) (?:you|we)?|we (?:can|could|should|might)|"
    r"(?:i['’]d|i would|we['’]d|we would) (?:rather|prefer|suggest|like|appreciate|love)(?: to| you to| you| we| it if "
    r"you| if you)?(?: could| would)?|if you (?:could|would|can)|suggest (?:that )?(?:you|we))\s+)"
    r"(?:(?:try|call|phone|ring|contact|ping|e-?mail|text|message|catch|approach|remind|ask)\s+(?:me|us|again|back)"
    r"(?: again| back)?|try (?:to )?(?:reach|call)(?: me| us)?|(?:get|be|keep|stay) (?:back )?in touch|"
    r"get back (?:to (?:me|us)|in touch)|reach (?:back )?out|check (?:back|in)(?: in)?(?: again)?|follow up|touch base|"
    r"come back|circle back|reconnect|revisit (?:this|it|the (?:topic|subject|idea|conversation))|"
    r"(?:talk|speak|chat|connect|discuss(?: (?:this|it))?)(?: again| then| further| more| about (?:it|this)|"
    r" (?:to|with) (?:me|us|you)|(?= (?:in|next|after|on|around|from|early|mid|late)\b))|(?:pick|take) (?:this|it) up|"
    r"look at (?:this|it)(?: again)?|(?:have|schedule|set up|arrange|book) (?:a|another) (?:call|chat|talk|"
    r"conversation)|"
    r"write (?:to )?(?:me|us)|drop (?:me|us) a (?:line|note)|(?:give|send) (?:me|us) (?:a|another) (?:call|ring|shout|"
    r"buzz|reminder|nudge))\b"
)
_VERB_DE = (
    r"(?:melden|anrufen|kontaktieren|sprechen|reden|telefonieren|nachfragen|nachhaken|zukommen|austauschen|"
    r"zurückrufen|unterhalten|hören)"
)
_GERMAN = (
    r"\b(?:rufen|melden|kontaktieren|kommen|fragen|versuchen|probieren|sprechen|schreiben|haken|erinnern) sie"
    r"(?: (?:mich|uns|sich|es|mir))?(?: (?:doch|bitte|gerne?|dann|einfach|wieder))*\b|"
    r"\b(?:melde?t?|meld) (?:dich|euch)\b|\b(?:ruft?|kontaktiert?|kontaktiere|fragt?) (?:mich|uns)\b|"
    rf"\b(?:können|könnten|würden|dürfen|sollten|wollen|möchten) (?:sie|wir)\b{_W}{{0,70}}?\b{_VERB_DE}\b|"
    rf"\b(?:sie|du) (?:können|könnten|kannst|könntest|dürfen|darfst)\b{_W}{{0,70}}?\b{_VERB_DE}\b|"
    rf"\b(?:kannst|könntest|magst) du\b{_W}{{0,70}}?\b{_VERB_DE}\b|"
    rf"\blass(?:en sie|t)? uns\b{_W}{{0,70}}?\b{_VERB_DE}\b|"
    rf"\b(?:wenn|dass|falls) (?:sie|du) (?:sich|mich|uns|dich)\b{_W}{{0,70}}?\b(?:{_VERB_DE}|meldest)\b|"
    rf"\b(?:bitte|gerne?)\b(?! sehr){_W}{{0,60}}?\b(?:melden|anrufen|kontaktieren|nachfragen|zurückrufen|nachhaken)\b|"
    r"\bbitte um (?:rückruf|ihren anruf|einen anruf|kontaktaufnahme|wiedervorlage)\b"
)
_FRENCH = (
    r"\b(?:rappel|recontact|contact|relanc)(?:ez|e)[- ](?:moi|nous)\b|\bappel(?:ez|le)[- ](?:moi|nous)\b|"
    r"\b(?:me|nous) (?:re)?(?:contacter|contactez|appeler|appelez)\b|\b(?:me|nous) (?:rappeler|rappelez|relancer|"
    r"relancez)\b|"
    r"\bm['’](?:appeler|appelez|écrire|écrivez)\b|"
    rf"\b(?:pouvez|pourriez|peux|pourrais)[- ](?:vous|tu)\b{_W}{{0,50}}?\b(?:rappeler|recontacter|appeler|contacter|"
    r"relancer|revenir vers (?:moi|nous))\b|\breven(?:ez|ir) vers (?:moi|nous)\b|"
    r"\b(?:reparlons|parlons|reparler)(?:[- ]?en)?\b|\bon (?:peut |pourrait )?(?:s['’]en |en |se )(?:reparler?|"
    r"rappeler?)\b"
)
_SPANISH = (
    r"\b(?:ll[aá]m(?:eme|ame|enos|adnos|ennos)|cont[aá]ct(?:eme|enos|ame|anos)|escr[ií]b(?:ame|eme|anos|enos)|"
    r"int[eé]ntelo)\b|\b(?:me|nos) (?:llame|llamen|llames|contacte|contacten|contactes|escriba|escriban|llamara|"
    r"llamaras)\b|"
    r"\bvuelv(?:a|an|e|as) a (?:llamar|contactar|escribir|intentar|ponerse)\w*|"
    rf"\b(?:puede|podría|puedes|podrías|pueden|podrían|podemos|podríamos)\b{_W}{{0,50}}?\b(?:llamar|contactar|hablar|"
    r"escribir|volver a)\w*|\bhablemos\b|\b(?:volvemos a hablar|volvamos a hablar|retomemos|lo retomamos)\b|"
    r"\bp[oó]nga(?:se|nse) en contacto\b"
)
_ITALIAN = (
    r"\b(?:mi|ci) (?:richiami|richiamate|chiami|chiamate|contatti|contattate|ricontatti|ricontattate|risenta|scriva|"
    r"richiami lei)\b|\b(?:richiam|chiam|ricontatt|contatt)(?:ami|atemi|ateci|aci)\b|"
    rf"\b(?:può|potrebbe|puoi|potresti|potete|potreste|possiamo|potremmo)\b{_W}{{0,50}}?\b(?:richiam|chiam|contatt|"
    r"ricontatt|risent|sent|parl|riparl|scriv)(?:ar|er|ir)\w*|\b(?:risentiamoci|sentiamoci|riparliamone|parliamone)\b|"
    r"\bci (?:risentiamo|sentiamo|riaggiorniamo)\b|\bne riparliamo\b"
)
_PORTUGUESE = (
    r"\b(?:me|nos) (?:ligue|liguem|ligar|contate|contacte|contatem|contactar|procure|chame|escreva)\b|"
    r"\b(?:ligue|contacte|contate|procure|escreva)-(?:me|nos)\b|\bligue (?:de novo|novamente|outra vez)\b|"
    r"\b(?:entre|entrem|entrar) em contac?to\b|\bvolt(?:e|em|ar) a (?:ligar|contactar|contatar|falar|entrar)\w*|"
    rf"\b(?:pode|poderia|podem|poderiam|podemos|poderíamos)\b{_W}{{0,50}}?\b(?:ligar|contatar|contactar|falar|retomar|"
    r"conversar|entrar em contac?to)\b|\bvamos (?:voltar a )?(?:falar|conversar|retomar)\b|"
    r"\bfalamos (?:de novo|novamente|outra vez)\b"
)
_DUTCH = (
    rf"\bbel(?:t u)? (?:me|mij|ons)\b|(?<!ik )\bneem(?:t u)?\b(?! (?:ik|we|"
    rf"wij)\b){_W}{{0,60}}?\bcontact\b(?: met (?:mij|me|ons))?(?: op)?|"
    rf"\b(?:kunt u|kun je|zou u|zou je|wilt u|wil je|u kunt|je kunt|je mag|u mag|kunnen we)\b{_W}{{0,60}}?\b(?:bellen|"
    r"terugbellen|contact opnemen|contact|mailen|benaderen|spreken|praten|terugkomen)\b(?: opnemen)?|"
    rf"\blaten we\b{_W}{{0,50}}?\b(?:spreken|praten|bellen|contact)\b|\b(?:benader|mail|probeer) (?:me|mij|ons|het)\b|"
    rf"\bkom\b{_W}{{0,30}}?\b(?:op )?terug\b"
)
_SWEDISH = (
    r"\bring(?: gärna)? (?:mig|oss|igen|tillbaka)\b|\bhör(?: gärna)? av (?:dig|er)\b|\bkontakta(?: gärna)? (?:mig|"
    r"oss)\b|"
    r"\båterkom(?:ma)?\b|\bförsök(?: gärna)? igen\b|\b(?:mejla|maila) (?:mig|oss)\b|\bta(?: gärna)? (?:ny )?kontakt\b|"
    rf"\b(?:kan|kunde|skulle|får) (?:du|ni|vi)\b{_W}{{0,60}}?\b(?:ringa|höra av|kontakta|återkomma|prata|ta kontakt|"
    rf"höras)\b|\bvi kan (?:höras|prata)\b|\blåt oss\b{_W}{{0,40}}?\b(?:prata|höras|talas)\b"
)
_POLISH = (
    rf"\bprosz[ęe]\b{_W}{{0,60}}?\b(?:zadzwoni[ćc]|dzwoni[ćc]|skontaktowa[ćc]|odezwa[ćc]|kontakt|telefon|wr[óo]ci[ćc]|"
    r"spr[óo]bowa[ćc]|przypomnie[ćc])\b|\b(?:zadzwoń|dzwoń|odezwij się|skontaktuj się|wróćmy|porozmawiajmy|spróbuj)\b|"
    rf"\b(?:może pan|może pani|mógłby|mogłaby|możemy|możesz|mógłbyś|mogłabyś|moglibyśmy)\b{_W}{{0,60}}?\b(?:zadzwonić|"
    r"skontaktować|odezwać|porozmawiać|wrócić)\b"
)
_JAPANESE = (
    r"(?:ご?連絡|お?電話|お声がけ|お声掛け|ご相談|ご案内)(?:を|して)?(?:ください|下さい|いただけ|頂け|いただき|"
    r"お願い|頂き|ほしい|欲しい)"
    r"|改めて(?:お話|ご連絡|お電話)"
)
ASK = re.compile(
    f"{_ENGLISH}|{_GERMAN}|{_FRENCH}|{_SPANISH}|{_ITALIAN}|{_PORTUGUESE}|{_DUTCH}|{_SWEDISH}|{_POLISH}|{_JAPANESE}",
    re.IGNORECASE,
)
# Not now: a time right behind it is what they ask for instead.
NOT_NOW = re.compile(
    r"\b(?:not (?:right |just )?(?:now|yet)|not (?:at )?(?:the|this) (?:moment|time|point|quarter|month|year)|"
    r"too early|"
    r"bad tim(?:e|ing)|(?:wrong|not a good|not the right) time|"
    r"nicht jetzt|jetzt nicht|jetzt (?:leider )?noch nicht|(?:derzeit|momentan|aktuell|im moment|zurzeit) (?:leider )?"
    r"(?:noch )?nicht|noch zu früh|zu früh|pas maintenant|pas pour (?:le moment|l['’]instant)|pas tout de suite|"
    r"trop tôt|"
    r"ahora no|(?:por ahora|de momento|por el momento) no|no por ahora|demasiado pronto|non (?:ora|adesso)|"
    r"(?:ora|adesso|per ora|al momento) no|troppo presto|agora não|não agora|por agora não|por enquanto não|"
    r"cedo demais|"
    r"(?:op dit moment|momenteel) (?:nog )?niet|niet nu|nu niet|nu nog niet|te vroeg|inte (?:just )?nu|nu inte|"
    r"inte än|för tidigt|nie teraz|teraz nie|"
    r"jeszcze nie|za wcześnie)\b|今は(?:まだ)?(?:ちょっと)?[^。\n]{0,12}?(?:ません|難しい|ない|早い)(?:です|ので|が|"
    r"けど)*",
    re.IGNORECASE,
)
# What may stand between "not now" and the time, and around a time that begins a clause.
HEDGES = (
    r"(?:(?:but|please|maybe|perhaps|possibly|better|rather|again|then|ideally|say|preferably|definitely|aber|sondern|"
    r"bitte|vielleicht|lieber|eher|gerne?|wieder|besser|dann|am besten|mais|peut-être|plutôt|idéalement|pero|quizás?|"
    r"tal vez|mejor|ma|forse|magari|meglio|mas|talvez|melhor|maar|misschien|liever|graag|weer|dan|men|kanske|gärna|"
    r"hellre|"
    r"ale|może|lepiej|raczej|または|では)\b[\s,]*)"
)
# That a clause is denied; "do not call before March" asks for March. What only sounds so asks the more.
NO_DENIAL = re.compile(
    r"(?:do not|don['’]t) hesitate to|zögern sie nicht|n['’]hésitez (?:surtout )?pas|no dude en|no dudes en|"
    r"non esit\w+|"
    r"não hesite|aarzel niet|tveka inte|nie wahaj\w*|why not|why don['’]t",
    re.IGNORECASE,
)
DENIED = re.compile(
    r"\b(?:not|never|don['’]t|no need to|nicht|kein\w*|nie|pas|no(?!\s+(?:próxim|primeir|segund|terceir|quart|iníci|"
    r"começ|fi[mn]|m[eê]s|ano|dia)\w*)|non|não|niet|inte|ei)\b|\bne\s|\bn['’]|ないで",
    re.IGNORECASE,
)
# That another clause has begun: what follows is no longer what is asked for.
ELSEWHERE = re.compile(
    r"\b(?:we|i|he|she|they|because|since|that|which|who|last|ago|our|were|was|had|wir|ich|weil|dass|seit|"
    r"letzte[nrsm]?|"
    r"unser\w*|nous|je|car|que|qui|depuis|notre|nuestr\w+|porque|desde|pasado|perché|che|scorso|nostr\w+|passado|"
    r"noss\w+|"
    r"wij|ik|omdat|dat|sinds|vorige?|onze?|vi|jag|eftersom|förra|vår\w*|bo|że|ponieważ|zeszłym|nasz\w*)\b|ました",
    re.IGNORECASE,
)

"""What out-of-office mails say in ten languages, as data: en, de, fr, es, it, pt, nl, sv, pl, ja."""

import re

# What mail programs put before the old subject, or write instead of it, when they answer by themselves: Exchange and
# Outlook in the languages they come in, Notes, GroupWise, Gmail, cPanel, Pigeonhole. No person begins so.
PROGRAMS = re.compile(
    r"\s*(?:\[[^\]]{1,30}\]\s*)?(?:yahoo!? )?(?:"
    r"auto(?:matic|mated|matisch)?[- ]?(?:e-?mail )?(?:reply|response|responder|answer)|"
    r"out[- ]of[- ](?:the[- ])?office "
    r"(?:auto-?reply|reply|response|message|notification)|"
    r"vacation (?:reply|response|message|notice|auto-?reply)|"
    r"automatische (?:antwort|r[üu]ckmeldung|e-?mail-?antwort)|abwesenheits(?:notiz|assistent|meldung|nachricht|"
    r"benachrichtigung|info)|r[ée]ponse (?:automatique|d'absence)|(?:message|notification|avis) d'absence|"
    r"respuesta autom[áa]tica|autorespuesta|aviso de ausencia|risposta automatica|resposta autom[áa]tica|"
    r"automatisch(?:e)? (?:antwoord|bericht|beantwoording)|afwezigheids(?:bericht|melding|assistent)|"
    r"auto(?:matisk)?svar|automatiskt? svar|fr[åa]nvaro(?:meddelande|besked)|frav[æa]rs(?:besked|melding|meddelelse)|"
    r"autoodpowied[zź]|odpowied[zź] automatyczna|automatyczna odpowied[zź]|automaattinen vastaus|"
    r"automatick[áa] odpov[eě][dď]|"
    r"automatikus v[áa]lasz|r[ăa]spuns automat|otomatik yan[ıi]t|автоматический ответ|автоответ|"
    r"自動(?:応答|返信|回答)|自动(?:答复|回复)|自動(?:回覆|回复)|자동 ?(?:회신|응답)|不在(?:通知|連絡|のお知らせ)|"
    r"(?:out of (?:the )?office|fuera de (?:la )?oficina|fuori (?:ufficio|sede)|fora do escrit[óo]rio|"
    r"niet (?:aanwezig|op "
    r"kantoor)|nicht im b[üu]ro|(?:momentan )?abwesend|absente?|afwezig|fr[åa]nvaro|poza biurem)\s*(?:[:：]|$)"
    r")",
    re.IGNORECASE,
)
# Subjects of an absence that people write too: they count beside words of an absence.
ABSENCES = re.compile(
    r"\s*(?:\[[^\]]{1,30}\]\s*)?(?:(?:re|aw|sv|antw|r|odp|res)\s*:\s*)?(?:"
    r"out[- ]of[- ](?:the[- ])?office|ooo\s*[:!-]|o\.o\.o\.|(?:on|taking) (?:vacation|holiday|leave|annual leave|"
    r"pto)\b|"
    r"away\b|vacation\b|(?:annual|parental|maternity|paternity) leave\b|i(?:'m| am) (?:away|out of)|holidays?\b|"
    r"closed\b|auto\s*:|"
    r"abwesen(?:d|heit)\b|nicht im (?:b[üu]ro|hause)|(?:im )?urlaub|betriebs(?:ferien|urlaub)|au(?:ss|ß)er haus|"
    r"absen(?:ce|te?)\b|en (?:cong[ée]s?|vacances)\b|hors (?:du|de mon) bureau|cong[ée]s\b|fermeture\b|"
    r"fuera de (?:la |mi )?oficina|ausen(?:te|cia)|(?:de )?vacaciones|cerrado por|"
    r"(?:sono )?fuori (?:sede|ufficio)|assen(?:za|te)|(?:in )?ferie|chiusura\b|"
    r"fora do escrit[óo]rio|aus[êe]n(?:cia|te)|(?:de )?f[ée]rias|"
    r"afwezig(?:heid)?|niet aanwezig|(?:met|op) vakantie|"
    r"fr[åa]nvaro|ej p[åa] kontoret|semester|ledig\b|"
    r"nieobecno[śs][ćc]|poza biurem|(?:jestem na )?urlop\w*|"
    r"不在|休暇|休業|夏季休業|年末年始"
    r")"
    # "Rita Chow is out of the office." of Notes, in its languages
    r"|[^:\[\]]{1,60} (?:is (?:out of|away from) (?:the )?office|ist (?:au(?:ss|ß)er haus|abwesend|nicht im b[üu]ro)|"
    r"est absente?(?:\(e\))?|est[áa] (?:ausente|fuera de la oficina)|[eèé] (?:assente|fuori (?:ufficio|sede))|"
    r"est[áa] (?:ausente|fora do escrit[óo]rio)|is (?:afwezig|niet aanwezig|niet op kantoor)|"
    r"[äa]r (?:fr[åa]nvarande|inte p[åa] kontoret)|jest (?:poza biurem|nieobecn[ya]))\b",
    re.IGNORECASE,
)
# Words of an absence.
ABSENT = re.compile(
    r"\b(?:out of (?:the |my )?office(?! (?:space|supplies|chairs|furniture))|away from (?:the |my )?(?:office|"
    r"desk|e-?mail)|(?:on|taking) (?:annual |parental |"
    r"maternity |paternity |sick |medical )?(?:leave|vacation|holiday|pto)\b|"
    r"(?:limited|intermittent|little|sporadic|infrequent|without|no) (?:access|availability)|will (?:be back|return)|"
    r"back (?:in the office|at (?:work|my desk))|currently (?:away|out|travel)|(?:be|am|i'm|we're|"
    r"are) (?:travel+ing|away (?:from|until|"
    r"till|for|on)|off (?:work|until|till|for))|(?:office|plant|factory|company|shop|we|business) (?:is|are|"
    r"will be) (?:closed|"
    r"shut)|"
    r"kehre (?:ich )?zur[üu]ck|betriebsferien|werksferien|geschlossen|mutterschutz|"
    r"(?:nicht|derzeit nicht|momentan nicht) (?:im (?:b[üu]ro|hause)|erreichbar|anwesend|am arbeitsplatz)|abwesend|"
    r"au(?:ss|ß)er haus|im urlaub|(?:auf )?dienstreise|in elternzeit|wieder (?:erreichbar|im b[üu]ro|f[üu]r sie da)|"
    r"absent(?:e)?\b|en (?:cong[ée]s?|vacances|d[ée]placement)|hors (?:du|de mon) bureau|de retour|"
    r"pas (?:au bureau|disponible|joignable)|ferm[ée]e?s? (?:du|pour|jusqu)|"
    r"fuera de (?:la|mi) oficina|de vacaciones|ausente|estar[ée] de vuelta|regres(?:o|ar[ée]|are)|no (?:estoy|"
    r"estar[ée]) (?:disponible|en la oficina)|acceso limitado|cerrad[oa]s? (?:por|del|hasta)|volvemos|de baja|"
    r"fuori (?:sede|ufficio)|in ferie|assente|sar[òo] di (?:nuovo|ritorno)|rientr(?:o|er[òo])|torner[òo]|"
    r"non sono in ufficio|chius[aoi] (?:per|dal|fino)|"
    r"fora do escrit[óo]rio|de f[ée]rias|ausente|estarei de volta|retorn(?:o|arei)|regresso|sem acesso|"
    r"de licen[çc]a|encerrad[oa]s? (?:para|de|at[ée])|"
    r"niet (?:op|in|aanwezig|bereikbaar|op kantoor)|afwezig|met (?:vakantie|verlof)|op vakantie|weer (?:aanwezig|"
    r"bereikbaar|terug)|(?:ben|zijn) (?:ik )?(?:weer )?terug|terug (?:op|van)|gesloten|"
    r"inte (?:p[åa] kontoret|p[åa] plats|tillg[äa]nglig|n[åa]s)|p[åa] semester|[äa]r (?:ledig|borta)|"
    r"[äa]r st[äa]ngt|har semester|[äa]r p[åa] (?:ferie|semester)|ikke p[åa] kontoret|tilbage|tilbake|"
    r"tj[äa]nstledig|f[öo]r[äa]ldraledig|tillbaka|[åa]ter p[åa]|"
    r"poza biurem|na urlopie|nieobecn|wracam|wr[óo]c[ęe]|b[ęe]d[ęe] (?:dost[ęe]pn|z powrotem)|"
    r"jestem niedost[ęe]pn|nieczynn)|"
    r"不在|休暇|休業|お休み|休み|出張|外出|戻り|出社|夏季休業|年末年始",
    re.IGNORECASE,
)
# Parts of words without which ABSENT does not fit; to look for them first is cheap.
ABSENT_STEMS = (
    *(
        "office",
        "away",
        "leave",
        "vacation",
        "holiday",
        " pto",
        "access",
        "availability",
        "back",
        "return",
        "currently",
    ),
    *(
        "travel",
        " off ",
        "closed",
        "shut",
        "zurück",
        "zurueck",
        "ferien",
        "geschlossen",
        "mutterschutz",
        "nicht",
        "abwesen",
    ),
    *(
        "haus",
        "dienstreise",
        "urlaub",
        "elternzeit",
        "wieder",
        "absent",
        "cong",
        "vacances",
        "déplacement",
        "deplacement",
        "hors ",
        "retour",
    ),
    *("pas ", "ferm", "oficina", "vacaciones", "ausente", "vuelta", "regres", "estoy", "estar", "limitado", "cerrad"),
    *("volvemos", "baja", "ufficio", "sede", "ferie", "assente", "saro", "sarò", "rientr", "torner", "chius", "escrit"),
    *("férias", "ferias", "retorn", "acesso", "licen", "encerrad", "niet ", "afwezig", "vakantie", "verlof", "weer "),
    *(
        "terug",
        "gesloten",
        "inte ",
        "semester",
        "ledig",
        "borta",
        "stängt",
        "ferie",
        "ikke ",
        "tilba",
        "tillbaka",
        "åter",
    ),
    *(
        "biurem",
        "urlopie",
        "nieobecn",
        "wraca",
        "wróc",
        "wroc",
        "będę",
        "bede",
        "jestem",
        "nieczynn",
        "不在",
        "休",
        "出張",
    ),
    *("外出", "戻り", "出社", "年末"),
)
# That somebody is not there any more.
LEFT = re.compile(
    r"no longer (?:with|at|employed|work(?:s|ing)?(?: (?:at|for|here|with))?|part of|a part of|associated|"
    r"in (?:this|the) (?:role|company))|"
    r"(?:has|have) (?:left|moved on from|departed|resigned|retired)(?: from)? (?:the |our |this )?(?:company|"
    r"organi[sz]ation|firm|business|[A-Z])|left (?:the|our) (?:company|organi[sz]ation|firm)|"
    r"(?:my|his|her|the) last day (?:at|with|of|was)|does not work (?:here|at|for)|doesn't work (?:here|at|for)|"
    r"is not an employee|"
    r"(?:have|has|'ve) (?:now )?(?:retired|resigned)\b|is no longer (?:a member|an employee)|"
    r"(?:e-?mail )?(?:address|account) (?:is|has been) (?:no longer (?:valid|active|in use)|deactivated|discontinued)|"
    r"nicht mehr (?:(?:f[üu]r|bei|in|im|an)\b.{0,40})?(?:t[äa]tig|besch[äa]ftigt|im (?:unternehmen|hause)|"
    r"angestellt|erreichbar unter dieser)|(?:unternehmen|firma)\b.{0,30} verlassen|nicht (?:mehr|"
    r"l[äa]nger) zust[äa]ndig|"
    r"(?:have|has) moved (?:to a (?:new|different)|into a)|no longer (?:handl|responsible|look)|ausgeschieden|"
    r"ne (?:travaille|fais|fait|font|travaillons) plus (?:partie|chez|pour|dans|au sein)|n'est plus (?:en poste|dans|"
    r"chez|employ)|a quitt[ée] (?:la soci[ée]t[ée]|l'entreprise|ses fonctions|notre)|"
    r"ya no (?:trabaj|forma parte|pertenece|labora|est[áa] (?:con|en))|ha dejado (?:la empresa|de trabajar)|"
    r"dej[óo] (?:la empresa|de trabajar)|"
    r"non (?:lavora|lavoro|fa|faccio|[èe]) pi[ùu] (?:parte|in|presso|per|con|qui)|ha lasciato (?:l'azienda|"
    r"la societ[àa]|la nostra)|"
    r"(?:j[áa] )?n[ãa]o (?:trabalha|trabalho|faz|fa[çc]o|est[áa]) mais|deixou (?:a empresa|de (?:trabalhar|colaborar))|"
    r"j[áa] n[ãa]o (?:trabalha|faz|integra)|"
    r"(?:werk|werkt|werkzaam|is) (?:\w+ )?niet (?:meer|langer) (?:werkzaam|bij|voor|in dienst)|niet (?:meer|"
    r"langer) (?:werkzaam|in dienst)|uit dienst|heeft .{1,40} verlaten|"
    r"(?:arbetar|jobbar) inte l[äa]ngre|har slutat|har l[äa]mnat|[äa]r inte l[äa]ngre (?:anst[äa]lld|kvar)|"
    r"nie pracuj[ęe]? ju[żz]|ju[żz] nie pracuj|nie jeste?m? ju[żz] (?:pracownik|zatrudnion)|odszed[łl] z (?:firmy|"
    r"pracy)|zako[ńn]czy[łl][a]? (?:prac[ęe]|wsp[óo][łl]prac[ęe])|"
    r"異動|退職|退社いたしました|在籍しており(?:ません)?",
    re.IGNORECASE,
)
# What stands before the day somebody is back.
BACK = re.compile(
    r"\b(?:(?:(?:be|am|is|will be|are) back|return(?:ing)?(?: to (?:the |my )?(?:office|work|desk))?|"
    r"back(?: in the office| at (?:work|my desk)| to work)?|in the office again|available again|again|"
    r"resume|re-?open\w*)(?: \w+){0,3}? ?(?:on|by|from|:)?|"
    r"wieder(?: \w+){0,4}? (?:ab|am|dem)|zur[üu]ck(?: \w+){0,2}? ?(?:am|ab)?|"
    r"(?:de retour|retour|reprise|reviendrai|reviens|r[ée]ouv\w+|rouvr\w+|serai (?:de nouveau|à nouveau) (?:disponible|"
    r"joignable))(?: \w+){0,3}? ?(?:le|du|au)?|"
    r"(?:vuelta|vuelv\w+|volve\w+|regres\w+|reincorpor\w+|reabri\w+|disponible)(?: \w+){0,3}? ?(?:el|del)?|"
    r"(?:rientr\w+|torn\w+|ritorno|riapr\w+|di nuovo|disponibile)(?: \w+){0,3}? ?(?:il|dal|l')?|"
    r"(?:volta|volto|retorn\w+|regress\w+|voltarei|reabri\w+|dispon[íi]vel)(?: \w+){0,3}? ?(?:em|no dia|dia|a|de)?|"
    r"(?:terug|weer (?:aanwezig|bereikbaar|op kantoor|open))(?: \w+){0,3}? ?(?:op|vanaf)?|"
    r"(?:tillbaka|tilbage|tilbake|[åa]ter|igen)(?: \w+){0,3}? ?(?:den|p[åa])?|"
    r"(?:wracam\w*|wr[óo]c[ęe]|powr[óo]\w+|z powrotem|dost[ęe]pn\w+)(?: \w+){0,3}? ?(?:od|w|dnia)?)(?<!\d)\b",
    re.IGNORECASE,
)
# What stands before the first day of something: of an absence, or of the time after it.
FROM = re.compile(
    r"\b(?:ab(?: dem)?|(?:ab|wieder)(?: \w+){0,4}? (?:ab|am|dem)|[àa] partir du|d[èe]s le|a partir del?|a partire dal|"
    r"vanaf|fr[åa]n och med|fr\.\s?o\.\s?m\.?|od dnia)(?: \w+){0,3}? ?(?:le|du|au|el|del|il|dal|op|den|dia)?(?<!\d)\b",
    re.IGNORECASE,
)
# And what stands behind it.
BACK_AFTER = re.compile(
    r"[^\n.!?]{0,40}?(?:\bback\b|zur[üu]ck|wieder (?:\w+ )?(?:da|im|erreichbar|f[üu]r)|de retour|de vuelta|"
    r"di ritorno|de volta|"
    r"\bweer\b|\bterug\b|tillbaka|z powrotem|まで|から|より|に戻|に復帰|以降|に出社)",
    re.IGNORECASE,
)
UNTIL = re.compile(
    r"(?:(?<=[\s\d.])[-–—]|\b(?:until|till|til|through|thru|to|up to and including|ending|"
    r"bis(?: einschlie[ßs]+lich| zum| und mit)?|jusqu[’']?(?:au|en|à)|au|hasta(?: el)?|al|fino (?:al|a)|sino al|"
    r"at[ée](?: ao?| o dia| dia)?|"
    r"tot(?: en met| aan)?|t/m|till och med|t\.\s?o\.\s?m\.?)\b|\bdo(?: dnia)?(?: \w+,?)?\s?$|"
    r"\d(?:\s+(?:d[ei]\s+)?\w+)?\s+a\s?$|\b(?:fino all|dall)['’]\s?$)",
    re.IGNORECASE,
)
TOMORROW = "tomorrow|morgen|demain|mañana|domani|amanhã|imorgon|i morgon|jutro"  # it counts where it is announced
MONTHS = {
    1: "january jan januar jänner januari janvier janv enero ene gennaio gen janeiro stycznia styczeń sty",
    2: "february feb februar feber februari février fevrier févr fev febrero febbraio feb fevereiro lutego luty lut",
    3: "march mar märz maerz mrz maart mrt mars marzo março marco marca marzec",
    4: "april apr avril avr abril abr aprile kwietnia kwiecień kwi",
    5: "may mai mei mayo maggio mag maio maj maja",
    6: "june jun juni juin junio giugno giu junho czerwca czerwiec cze",
    7: "july jul juli juillet juil julio luglio lug julho lipca lipiec lip",
    8: "august aug augustus août aout agosto ago augusti sierpnia sierpień sie",
    9: "september sep sept septembre septiembre settembre set setembro września wrzesień wrz",
    10: "october oct oktober okt octobre octubre ottobre ott outubro out października październik paź",
    11: "november nov novembre noviembre novembro listopada listopad lis",
    12: "december dec dezember dez décembre decembre déc diciembre dic dicembre dezembro grudnia grudzień gru",
}
WEEKDAYS = {
    0: "monday mon montag lundi lunes lunedì lunedi segunda segunda-feira maandag måndag poniedziałek "
    "poniedziałku 月曜",
    1: "tuesday tue tues dienstag mardi martes martedì martedi terça terça-feira dinsdag tisdag wtorek wtorku 火曜",
    2: "wednesday wed mittwoch mercredi miércoles miercoles mercoledì mercoledi quarta quarta-feira "
    "woensdag onsdag środa środę środy 水曜",
    3: "thursday thu thurs donnerstag jeudi jueves giovedì giovedi quinta quinta-feira donderdag torsdag "
    "czwartek czwartku 木曜",
    4: "friday fri freitag vendredi viernes venerdì venerdi sexta sexta-feira vrijdag fredag piątek piątku 金曜",
    5: "saturday sat samstag sonnabend samedi sábado sabato zaterdag lördag sobota sobotę 土曜",
    6: "sunday sun sonntag dimanche domingo domenica zondag söndag niedziela niedzielę 日曜",
}

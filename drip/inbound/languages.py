"""What out-of-office mails say in ten languages, as data: en, de, fr, es, it, pt, nl, sv, pl, ja."""

import re

# Subjects mail programs give to automatic answers. Each stands at the start, alone or before the old subject.
SUBJECTS = re.compile(
    r"\s*(?:\[[^\]]{1,30}\]\s*)?(?:(?:re|aw|sv|antw|r|odp|res)\s*:\s*)?(?:"
    r"auto(?:matic|mated)?[- ]?(?:reply|response|responder|answer)|out[- ]of[- ](?:the[- ])?office|ooo\s*[:!-]|"
    r"o\.o\.o\.|on (?:vacation|holiday|leave|annual leave)\b|"
    r"away from (?:the |my )?(?:office|desk|mail|e-?mail)|vacation (?:reply|response|message|notice)|i(?:'m|"
    r" am) (?:away|out of)|"
    r"automatische (?:antwort|r[üu]ckmeldung|e-?mail-?antwort)|abwesend|"
    r"abwesenheit(?:snotiz|sassistent|smeldung|snachricht|"
    r"sbenachrichtigung)?\b|nicht im (?:b[üu]ro|hause)|urlaub|"
    r"r[ée]ponse (?:automatique|d'absence)|absen(?:ce|te?)(?: du bureau| momentan[ée]e)?\b|message d'absence|"
    r"notification d'absence|en cong[ée]s?\b|hors (?:du|de mon) bureau|"
    r"respuesta autom[áa]tica|fuera de (?:la |mi )?oficina|ausente|ausencia|aviso de ausencia|de vacaciones|"
    r"risposta automatica|fuori (?:sede|ufficio)|assenza|assente|in ferie|"
    r"resposta autom[áa]tica|fora do escrit[óo]rio|aus[êe]ncia|de f[ée]rias|"
    r"automatisch(?:e)? (?:antwoord|bericht|beantwoording)|afwezig(?:heid)?|niet aanwezig|met vakantie|"
    r"autosvar|automatiskt svar|fr[åa]nvaro(?:meddelande|ande)?|ej p[åa] kontoret|semester|"
    r"autoodpowied[zź]|odpowied[zź] automatyczna|automatyczna odpowied[zź]|nieobecno[śs][ćc]|poza biurem|"
    r"jestem na urlopie|"
    r"[^:\[\]]{1,60} is (?:out of|away from) (?:the )?office|"
    r"自動(?:応答|返信|回答)|不在(?:通知|連絡|のお知らせ|のため)?|休暇"
    r")",
    re.IGNORECASE,
)
# "Auto:" may be a person's subject (RFC 3834 section 3.1.5): it counts only beside words of an absence.
MAYBE = re.compile(r"\s*auto\s*:", re.IGNORECASE)
# Words of an absence.
ABSENT = re.compile(
    r"out of (?:the |my )?office|away from (?:the |my )?(?:office|desk|e-?mail)|(?:on|taking) (?:annual |parental |"
    r"maternity |paternity |sick |medical )?(?:leave|vacation|holiday|pto)\b|"
    r"limited (?:access|availability)|no access to (?:my )?e-?mail|will (?:be back|return)|back (?:in the office|"
    r"at (?:work|my desk))|currently (?:away|out|travel)|"
    r"(?:nicht|derzeit nicht|momentan nicht) (?:im (?:b[üu]ro|hause)|erreichbar|anwesend|am arbeitsplatz)|abwesend|"
    r"au(?:ss|ß)er haus|im urlaub|in elternzeit|wieder (?:erreichbar|im b[üu]ro|f[üu]r sie da)|"
    r"absent(?:e)?\b|en (?:cong[ée]s?|vacances|d[ée]placement)|hors (?:du|de mon) bureau|de retour|"
    r"pas (?:au bureau|disponible|joignable)|"
    r"fuera de (?:la|mi) oficina|de vacaciones|ausente|estar[ée] de vuelta|regres(?:o|ar[ée]|are)|no (?:estoy|"
    r"estar[ée]) (?:disponible|en la oficina)|acceso limitado|"
    r"fuori (?:sede|ufficio)|in ferie|assente|sar[òo] di (?:nuovo|ritorno)|rientr(?:o|er[òo])|torner[òo]|"
    r"non sono in ufficio|"
    r"fora do escrit[óo]rio|de f[ée]rias|ausente|estarei de volta|retorn(?:o|arei)|regresso|sem acesso|"
    r"niet (?:op|in|aanwezig|bereikbaar|op kantoor)|afwezig|met (?:vakantie|verlof)|op vakantie|weer (?:aanwezig|"
    r"bereikbaar|terug)|terug (?:op|van)|"
    r"inte (?:p[åa] kontoret|p[åa] plats|tillg[äa]nglig|n[åa]s)|p[åa] semester|[äa]r (?:ledig|borta)|"
    r"tj[äa]nstledig|f[öo]r[äa]ldraledig|tillbaka|[åa]ter p[åa]|"
    r"poza biurem|na urlopie|nieobecn|wracam|wr[óo]c[ęe]|b[ęe]d[ęe] (?:dost[ęe]pn|z powrotem)|jestem niedost[ęe]pn|"
    r"不在|休暇|お休み|休み|出張|外出|戻り|出社|夏季休業|年末年始",
    re.IGNORECASE,
)
# That somebody is not there any more.
LEFT = re.compile(
    r"no longer (?:with|at|employed|work(?:s|ing)?(?: (?:at|for|here|with))?|part of|a part of|associated|"
    r"in (?:this|the) (?:role|company))|"
    r"(?:has|have) (?:left|moved on from|departed|resigned|retired)(?: from)? (?:the |our |this )?(?:company|"
    r"organi[sz]ation|firm|business|[A-Z])|left (?:the|our) (?:company|organi[sz]ation|firm)|"
    r"(?:my|his|her|the) last day (?:at|with|of|was)|does not work (?:here|at|for)|doesn't work (?:here|at|for)|"
    r"is not an employee|"
    r"nicht mehr (?:(?:f[üu]r|bei|in|im|an)\b.{0,40})?(?:t[äa]tig|besch[äa]ftigt|im (?:unternehmen|hause)|"
    r"angestellt|erreichbar unter dieser)|unternehmen verlassen|ausgeschieden|"
    r"ne (?:travaille|fait|font|travaillons) plus (?:partie|chez|pour|dans|au sein)|n'est plus (?:en poste|dans|"
    r"chez|employ)|a quitt[ée] (?:la soci[ée]t[ée]|l'entreprise|ses fonctions|notre)|"
    r"ya no (?:trabaj|forma parte|pertenece|labora|est[áa] (?:con|en))|ha dejado (?:la empresa|de trabajar)|"
    r"dej[óo] (?:la empresa|de trabajar)|"
    r"non (?:lavora|lavoro|fa|faccio|[èe]) pi[ùu] (?:parte|in|presso|per|con|qui)|ha lasciato (?:l'azienda|"
    r"la societ[àa]|la nostra)|"
    r"(?:j[áa] )?n[ãa]o (?:trabalha|trabalho|faz|fa[çc]o|est[áa]) mais|deixou (?:a empresa|de trabalhar)|"
    r"j[áa] n[ãa]o (?:trabalha|faz|integra)|"
    r"(?:werk|werkt|werkzaam|is) (?:\w+ )?niet (?:meer|langer) (?:werkzaam|bij|voor|in dienst)|niet (?:meer|"
    r"langer) (?:werkzaam|in dienst)|uit dienst|heeft .{1,40} verlaten|"
    r"(?:arbetar|jobbar) inte l[äa]ngre|har slutat|har l[äa]mnat|[äa]r inte l[äa]ngre (?:anst[äa]lld|kvar)|"
    r"nie pracuj[ęe]? ju[żz]|ju[żz] nie pracuj|nie jest ju[żz] (?:pracownik|zatrudnion)|odszed[łl] z (?:firmy|"
    r"pracy)|zako[ńn]czy[łl][a]? (?:prac[ęe]|wsp[óo][łl]prac[ęe])|"
    r"退職|退社いたしました|在籍しており(?:ません)?",
    re.IGNORECASE,
)
# What stands before the day somebody is back; the first list is surer than the second.
BACK = re.compile(
    r"\b(?:(?:(?:be|am|is|will be|are) back|return(?:ing)?(?: to (?:the |my )?(?:office|work|desk))?|"
    r"back(?: in the office| at (?:work|my desk)| to work)?|in the office again|available again|"
    r"resume)(?: \w+){0,3}? ?(?:on|by|from|:)?|"
    r"(?:ab|wieder)(?: \w+){0,4}? (?:ab|am|dem)|zur[üu]ck(?: \w+){0,2}? ?(?:am|ab)?|ab(?: dem)?|"
    r"(?:de retour|retour|reprise|reviendrai|serai (?:de nouveau|à nouveau) (?:disponible|joignable)|"
    r"[àa] partir du|d[èe]s le)(?: \w+){0,3}? ?(?:le|du|au)?|"
    r"(?:vuelta|regres\w+|volver[ée]|reincorpor\w+|a partir del?|disponible)(?: \w+){0,3}? ?(?:el|del)?|"
    r"(?:rientr\w+|torn\w+|ritorno|di nuovo|a partire dal|disponibile)(?: \w+){0,3}? ?(?:il|dal|l')?|"
    r"(?:volta|retorn\w+|regress\w+|voltarei|a partir de|dispon[íi]vel)(?: \w+){0,3}? ?(?:em|no dia|dia|a|de)?|"
    r"(?:terug|vanaf|weer (?:aanwezig|bereikbaar|op kantoor))(?: \w+){0,3}? ?(?:op|vanaf)?|"
    r"(?:tillbaka|[åa]ter|fr[åa]n och med|fr\.\s?o\.\s?m\.?)(?: \w+){0,3}? ?(?:den|p[åa])?|"
    r"(?:wracam|wr[óo]c[ęe]|powr[óo]t|z powrotem|od dnia|dost[ęe]pn\w+)(?: \w+){0,3}? ?(?:od|w|dnia)?)(?<!\d)\b",
    re.IGNORECASE,
)
# And what stands behind it.
BACK_AFTER = re.compile(
    r"[^\n.!?]{0,40}?(?:\bback\b|zur[üu]ck|wieder (?:da|im|erreichbar|f[üu]r)|de retour|de vuelta|di ritorno|de volta|"
    r"\bweer\b|\bterug\b|tillbaka|z powrotem|まで|から|より|に戻|に復帰|以降|に出社)",
    re.IGNORECASE,
)
UNTIL = re.compile(
    r"(?:(?<=[\s\d.])[-–—]|\b(?:until|till|til|through|thru|to|up to and including|ending|"
    r"bis(?: einschlie[ßs]+lich| zum| und mit)?|jusqu[’']?(?:au|en|à)|au|hasta(?: el)?|al|fino (?:al|a)|sino al|"
    r"at[ée](?: ao?| o dia| dia)?|"
    r"tot(?: en met| aan)?|t/m|till och med|t\.\s?o\.\s?m\.?)\b|\bdo(?: dnia)?(?: \w+,?)?\s?$|"
    r"\d(?:\s+(?:d[ei]\s+)?\w+)?\s+a\s?$)",
    re.IGNORECASE,
)
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
# A reply that says nothing else.
_STOP = (
    "unsubscribe me|remove me|please remove me|please unsubscribe|please unsubscribe me|"
    "please remove me from your list|remove me from your list|remove me from this list|"
    "take me off your list|take me off this list|opt out|stop emailing me|stop sending me emails|"
    "please stop|stop mailing me|no more emails|no more emails please|do not email me again|"
    "do not contact me again|abmelden|abbestellen|austragen|bitte abmelden|bitte austragen|"
    "bitte keine mails mehr|keine weiteren mails|keine e-mails mehr|bitte keine weiteren e-mails|"
    "désabonner|desabonner|désinscription|desinscription|me désabonner|me désinscrire|"
    "veuillez me désinscrire|veuillez me désabonner|stop mail|arrêtez|cancelar suscripción|"
    "cancelar suscripcion|darme de baja|dar de baja|baja|no más correos|quiero darme de baja|"
    "por favor denme de baja|cancellami|cancellatemi|disiscrivimi|cancellarmi|rimuovetemi|basta email|"
    "cancelar inscrição|descadastrar|remover|me remova|me descadastre|cancelar subscrição|afmelden|"
    "uitschrijven|meld me af|graag afmelden|schrijf me uit|avregistrera|avsluta prenumeration|"
    "avprenumerera|ta bort mig|wypisz|wypisz mnie|rezygnuję|proszę o wypisanie|proszę mnie wypisać|"
    "配信停止|配信を停止してください|登録解除|解除|stop|unsubscribe|remove|opt-out|optout"
)
STOP = frozenset(_STOP.split("|"))
# Mail that asks the sender to prove that he is a person.
CHALLENGE = re.compile(
    r"(?:confirm|verify|authenticate) (?:that )?(?:your (?:e-?mail|message|address|identity)|you(?:'re| are) (?:a |"
    r"not )|this (?:e-?mail|message|request))|"
    r"(?:click|reply|respond)[^.]{0,80}(?:to|and) (?:confirm|verify|authenticate|deliver|"
    r"release)[^.]{0,60}(?:message|e-?mail|address)|"
    r"(?:your|this) (?:message|e-?mail)[^.]{0,60}(?:is|has been|will be|was) (?:held|quarantined|waiting|"
    r"being held)[^.]{0,120}(?:confirm|verif|click|reply|approv)|"
    r"challenge[- ]response|sender (?:verification|confirmation|authentication)|spam ?arrest|boxtrapper|"
    r"anti-?spam confirmation|one-?time (?:confirmation|verification)|"
    r"best[äa]tigen sie[^.]{0,60}(?:absender|e-?mail|nachricht)|confirme[rz]?[^.]{0,40}(?:adresse|message|"
    r"exp[ée]diteur)|confirm[ea][^.]{0,40}(?:correo|mensaje|remitente)",
    re.IGNORECASE,
)

"""How people name a month, a quarter, or a time from now, in ten languages, as data: en, de, fr, es, it, pt, nl, sv,
pl, ja."""

# Words that mean nothing else: no "mar" (the sea), no "set", no "ago".
MONTHS = {
    1: "january jan januar jänner januari janvier enero gennaio janeiro styczniu stycznia styczeń styczniem",
    2: "february feb februar februari février fevrier febrero febbraio fevereiro lutym lutego luty",
    3: "march märz maerz maart mars marzo março marco marcu marca marzec marcem",
    4: "april apr avril abril aprile kwietniu kwietnia kwiecień kwietniem",
    5: "may mai mei mayo maggio maio maj maju maja majem",
    6: "june juni juin junio giugno junho czerwcu czerwca czerwiec czerwcem",
    7: "july juli juillet julio luglio julho lipcu lipca lipiec lipcem",
    8: "august aug augustus août aout agosto augusti sierpniu sierpnia sierpień sierpniem",
    9: "september sep sept septembre septiembre settembre setembro wrześniu września wrzesień wrześniem",
    10: "october oct oktober okt octobre octubre ottobre outubro październiku października październik październikiem",
    11: "november nov novembre noviembre novembro listopadzie listopada listopad listopadem",
    12: "december dec dezember dez décembre decembre diciembre dicembre dezembro grudniu grudnia grudzień grudniem",
}
# English months that are other words, too: only behind an English word of these.
DOUBTFUL = frozenset({"may", "march"})
AT_IN_ENGLISH = "in|on|around|from|about|for|next|this coming|come|try|say|maybe|perhaps|possibly|again in|early in|or"
AT = (
    "im|am|ab|ab dem|ab anfang|gegen|vielleicht|dem|vom|"
    "en|au mois de|à partir de|à partir du|dès|dès le|vers|le|peut-être en|"
    "para|hacia|a partir de|a partir del|el|del|"
    "a|ad|da|dal|verso|il|nel mese di|"
    "em|no dia|por volta de|vanaf|rond|op|"
    "i|från|från den|runt|den|på|w|we|od|około|dnia|w dniu|od dnia"
)
AFTER = "after|nach|après|después de|despues de|dopo|depois de|após|na|efter|po"
BEFORE = (
    "before|until|till|vor|vor dem|bis|avant|avant le|jusqu'en|antes de|antes del|hasta|hasta el|prima di|prima del|"
    "fino a|até|voor|tot|före|innan|förrän|przed|do"
)
# Which part of it is meant: the beginning, the middle, the end.
PARTS = (
    (
        "early|start|first half|beginning|anfang|début|debut|principios|comienzos|inicios?|inizio|início|começo|begin|"
        "början|początku"
    ),
    (
        "mid|middle|(?:second|2nd) half|zweiten? hälfte|mitte|mi|milieu|mediados|metà|meados|midden|half(?! of)|medio|"
        "mitten|połowie|połowę"
    ),
    "late|end|ende|fin|finales|fines|fine|fim|final|eind|einde|slutet|koniec|końcu",
)
QUARTERS = {
    1: r"first|1st|erste[nsrm]?|1\.|premier|1er|primer|primo|primeiro|1[ºo°]|eerste|1e|första|pierwszym|i|一|1",
    2: r"second|2nd|zweite[nsrm]?|2\.|deuxième|2[eè]me|2e|segundo|secondo|2[ºo°]|tweede|andra|drugim|ii|二|2",
    3: r"third|3rd|dritte[nsrm]?|3\.|troisième|3[eè]me|3e|tercer|terzo|terceiro|3[ºo°]|derde|tredje|trzecim|iii|三|3",
    4: r"fourth|4th|vierte[nsrm]?|4\.|quatrième|4[eè]me|4e|cuarto|quarto|4[ºo°]|vierde|fjärde|czwartym|iv|四|4",
}
QUARTER = "quarter|quartals?|trimestre|kwartaal|kvartalet|kvartal|kwartale|kwartału|四半期"
# What stands before a number of days, weeks, months or years that are to pass.
PASSING = "in|dans|en|dentro de|tra|fra|em|daqui a|over|om|za"
UNITS = {
    "day": r"days?|tag(?:e|en)?|jours?|d[íi]as?|giorn[oi]|dag(?:en|ar)?|dni|dzień",
    "week": r"weeks?|wochen?|semaines?|semanas?|settiman[ae]|weken|veck(?:a|or)|tydzień|tygodnie|tygodni",
    "month": r"months?|monat(?:e|en)?|mois|m[eê]s(?:es)?|mes[ei]|maand(?:en)?|månad(?:er)?|miesiąc|miesiące|miesięcy",
    "quarter": r"quarters?|quartal(?:e|en)?",
    "year": r"years?|jahr(?:e|en)?|ans?|années?|años?|ann[oi]|anos?|jaar|år|rok|lata|lat",
}
HALF_A_YEAR = (
    "half a year|einem halben jahr|un semestre|medio año|mezzo anno|meio ano|een half jaar|ett halvår|pół roku"
)
NUMBERS = {
    1: "a|an|one|einer|einem|ein|un|une|una|uno|um|uma|een|één|en|ett|jeden",
    2: "two|a couple of|couple of|zwei|deux|dos|due|dois|duas|twee|två|dwa|dwie",
    3: "three|drei|trois|tres|tre|três|drie|trzy",
    4: "four|vier|quatre|cuatro|quattro|quatro|fyra|cztery",
    5: "five|fünf|cinq|cinco|cinque|vijf|fem|pięć",
    6: "six|sechs|seis|sei|zes|sex|sześć",
    7: "seven|sieben|sept|siete|sette|sete|zeven|sju|siedem",
    8: "eight|acht|huit|ocho|otto|oito|åtta|osiem",
    9: "nine|neun|neuf|nueve|nove|negen|nio|dziewięć",
    10: "ten|zehn|dix|diez|dieci|dez|tien|tio|dziesięć",
    12: "twelve|zwölf|douze|doce|dodici|doze|twaalf|tolv|dwanaście",
}
NEXT = {
    "week": "next week|(?:nächste[rn]?|kommende[rn]?) woche|la semaine prochaine|próxima semana|semana que viene|"
    "prossima settimana|settimana prossima|semana que vem|volgende week|nästa vecka|przyszłym tygodniu|来週",
    "month": "next month|(?:nächsten|kommenden) monats?|le mois prochain|próximo mes|mes que viene|prossimo mese|"
    "mese prossimo|próximo mês|mês que vem|volgende maand|nästa månad|przyszłym miesiącu|来月",
    "quarter": "next quarter|(?:nächste[snm]?|kommende[snm]?) quartals?|trimestre prochain|prochain trimestre|"
    "próximo trimestre|prossimo trimestre|trimestre prossimo|volgend kwartaal|nästa kvartal|"
    "(?:przyszłym|następnym) kwartale|(?:来|次の)四半期",
    "year": "next year|(?:in )?the new year|(?:nächste[sn]?|kommende[sn]?|neue[sn]?) jahr(?:es)?|l'année prochaine|"
    "l'an prochain|próximo año|año que viene|prossimo anno|anno prossimo|anno nuovo|nuovo anno|próximo ano|"
    "ano que vem|volgend jaar|het nieuwe jaar|nästa år|nyåret|przyszłym roku|przyszłego roku|nowym roku|来年|年明け",
}
JAPANESE_YEARS = {"今年": 0, "来年": 1, "翌年": 1, "再来年": 2}
JAPANESE_PARTS = ("上旬|初旬|初め|頭", "中旬|半ば", "下旬|末")
JAPANESE_UNITS = {"日": "day", "週間": "week", "か月": "month", "ヶ月": "month", "カ月": "month", "年": "year"}
# A weekday behind these is none to come, and these days are other words, too.
NOT_THE_NEXT = "last|every|each|letzten|jeden|dernier|chaque|pasado|cada|scorso|ogni|toda|elke|vorige|varje|förra|każdy"
NO_WEEKDAYS = frozenset({"segunda", "terça", "quarta", "quinta", "sexta", "thurs"})

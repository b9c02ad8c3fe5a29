"""What the people of the demo write in their own words, in the languages they have."""

REPLIES = {
    "en": (
        "Thanks, this one was useful. Can you call me next week?",
        "We are looking at this for next year's budget. What would a pilot cost?",
        "Passed it on to our maintenance lead, she may get in touch.",
        "Interesting. How does this work with three shifts?",
        "Good timing: the filler stood still for six hours on Friday.\n\nWho of your customers has the same one?",
        "Please take my colleague in copy next time.",
        "Not now, the ERP project eats everything. Try me in March.",
        "I printed it for the morning meeting. Two people asked where it came from, so there you are.",
    ),
    "fr": (
        "Merci, c'est utile. Pouvez-vous m'appeler la semaine prochaine ?",
        "Nous en parlons au comité de direction jeudi. Combien coûterait un essai ?",
        "Pas maintenant, nous changeons de logiciel. Revenez vers moi en mars.",
    ),
    "de": (
        "Danke, das war hilfreich. Können Sie mich nächste Woche anrufen?",
        "Wie funktioniert das im Dreischichtbetrieb? Unsere Linie 2 steht jeden Montag.",
        "Jetzt nicht, wir ziehen gerade um. Melden Sie sich im März wieder.",
    ),
}
IN_THEIR_PLACE = {
    "en": "{name} asked me to answer: I look after the line now. Could you send me the sheet as well?",
    "fr": "{name} m'a demandé de vous répondre : c'est moi qui m'occupe de la ligne. Envoyez-moi la feuille aussi.",
    "de": "{name} hat mich gebeten zu antworten, ich betreue jetzt die Linie. Schicken Sie mir das Blatt bitte auch.",
}
STOPS = {
    "en": ("stop", "Unsubscribe", "STOP", "Please remove me from your list.", "Please unsubscribe me", "Remove me"),
    "fr": ("Désabonner", "Veuillez me désabonner", "stop"),
    "de": ("Abmelden", "Bitte abmelden", "stop"),
}
COLLEAGUES = (
    "Hello,\n\nyour letters go around here. I run the second plant: who do I talk to about a walk-through?",
    "Hi, a colleague told me about you. Do you also work on compressors, and what does an audit cost?",
)
STRANGERS = (
    ("Your talk in Columbus", "Hello,\n\nI heard your talk in Columbus. Do you work with breweries as well?"),
    ("Question", "Somebody forwarded me one of your letters. Are you hiring technicians in Ohio?"),
    ("Audit list", "Could you send me the audit list you hand out? We have two lines and no records at all."),
)
NEWSLETTERS = (
    ("Plant News: five trends in packaging", "Plant News", "plantnews.example"),
    ("The bearing report, this month", "Bearing Report", "bearing-report.example"),
    ("You are invited: maintenance summit", "Summit Team", "maintenance-summit.example"),
)

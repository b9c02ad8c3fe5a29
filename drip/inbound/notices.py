"""What mail systems write in their notices, as data: who they say they are, and how they say that a letter failed."""

import re

# Local parts of programs that return letters; a person has none of these names.
DAEMONS = re.compile(
    r"(?:mailer|mail|mx|smtp|majordomo)[-_.]?d[ae]*mon|postmaster|mailerdaemon|maildelivery|"
    r"mail[-_.]?delivery(?:[-_.]?subsystem)?|"
    r"mdaemon|mmdf|uucp|postoffice|bounces?|microsoftexchange[0-9a-f]+|mail(?:er)?[-_.]?system|system-administrator|"
    r"no[-_.]?delivery|post[-_.]master|amq|mailadmin|mail\.master|exchange"
)
# Names they give themselves.
NAMES = re.compile(
    r"mail(?:er)? ?(?:delivery|system|administrator|router|-?daemon)|delivery (?:subsystem|system|agent|notification)|"
    r"mailer-daemon|postmaster|system ?administrator|internet mail (?:delivery|service)|mail ?delivery ?(?:sub)?system|"
    r"undeliver|microsoft exchange|postini|mail gateway|unzustellbar|systemadministrator|administrador del sistema",
    re.IGNORECASE,
)
# Subjects that only notices have, in the languages of the common mail servers.
SUBJECTS = re.compile(
    r"undeliver(?:able|ed)|non[- ]?deliver|not delivered|deliver(?:y|ies) (?:has )?(?:fail|problem|error|status|"
    r"notif|report|delay|unsuccess|warn)|"
    r"delivery (?:incomplete|failure|of .{0,60} failed)|mail (?:delivery|system) (?:fail|error|status|warn|problem|"
    r"notif)|"
    r"(?:failure|failed|error) (?:notice|notification|delivering|to deliver|sending|in delivery|of delivery)|"
    r"return(?:ed|ing)? (?:to sender|mail|message|e-?mail)|mail(?:er)? (?:returned|error|failure)|"
    r"could ?n[o']t be delivered|"
    r"cannot be delivered|unable to deliver|message (?:you sent )?(?:blocked|rejected|bounced|refused|status|delayed)|"
    r"(?:user|recipient|address|mailbox) (?:unknown|not found|full|unavailable|rejected)|unknown (?:user|recipient|"
    r"address)|"
    r"considered (?:unsolicited|spam)|rejected (?:mail|message|posting)|bounced?(?: mail| message|:)|"
    r"mail (?:could not|not) |permanent (?:error|"
    r"failure)|"
    r"unzustellbar|nicht zustellbar|zustellung|non remis|non distribu|[eé]chec|non [eè] stato|mancat[ao]|impossibile|"
    r"no se (?:ha podido|pudo) entregar|no entregad|devuelt|n[ãa]o (?:foi )?entreg|falha na entrega|devolvid|"
    r"onbestelbaar|"
    r"niet (?:afgeleverd|bezorgd)|niedostarcz|nie dostarcz|kunde inte levereras|kan (?:inte|ikke) leveres|недостав|"
    r"配信(?:エラー|不能)|送信(?:エラー|失敗)|不達|未配信|送達|系统退信|退信|投递失败|"
    r"\bnotice of delivery|undelivered|delivery attempt|status notification",
    re.IGNORECASE,
)
# How a notice says in its text that a letter did not arrive. A word of these is near the address it is about.
FAILED = re.compile(
    r"(?:could|can|was|were|is|are|has|have|did|does|will|would)(?: ?no|n[o']?)t (?:be |been |"
    r"yet been )?(?:deliver|reach|sent|accept|found|exist|"
    r"process|complet|valid|listed|a valid|known|have)|cannot (?:be )?(?:deliver|send|find|accept|reach)|"
    r"unable to (?:deliver|relay|send|reach|find)|"
    r"undeliver|not delivered|fail(?:ed|ure)|unsuccess|reject(?:ed|s)|refus|bounced?|returned|permanent|fatal|"
    r"unknown|no such|does not exist|"
    r"doesn'?t exist|is invalid|invalid (?:user|recipient|address|mailbox)|disabled|discontinued|over ?quota|"
    r"quota exceeded|mailbox (?:is )?full|"
    r"is full|unrout|not (?:a )?(?:local|valid|known|found|listed|active|our customer|available|permitted|allowed)|"
    r"no longer|problem(?:s)? (?:occurred|deliver)|"
    r"reason|error|unavailable|blocked|spam|unsolicited|virus|too (?:large|big|many)|suspend|inactive|expired|gave up|"
    r"giving up|timed? ?out|"
    r"nicht zugestellt|unzustellbar|nicht erreich|unbekannt|n'a pas|non remis|non distribu|introuvable|inconnu|"
    r"inexist|no (?:se )?(?:pudo|puede|existe|encontr)|"
    r"n[ãa]o (?:foi|p[oô]de|existe)|impossibile|sconosciuto|onbekend|niet (?:worden )?(?:bezorgd|afgeleverd)|"
    r"失敗|エラー|できません|存在し|見つかり|宛先|不明|配信|送信|無法|无法|不存在|拒",
    re.IGNORECASE,
)
# How it says so and cannot mean anything else.
PLAINLY = re.compile(
    r"(?:could|can|was|were|has|have|is|did)(?: ?no|n[o']?)t (?:be |been |yet been )?(?:delivered|reached|sent|"
    r"reach)|undeliver(?:able|ed)|"
    r"non[- ]delivery|delivery (?:to .{1,120} )?(?:has )?failed|unable to deliver|failed to deliver|(?:unknown|"
    r"invalid) (?:user|recipient|mailbox)|"
    r"(?:user|recipient|mailbox) (?:unknown|not found|does not exist)|n'a pas p[u\u00fb] [eê]tre|nicht zugestellt|"
    r"no (?:se )?(?:ha podido|pudo) (?:ser )?entreg|"
    r"n[ãa]o p[oô]de ser entregue|non [eè] stato (?:possibile )?(?:consegn|recapit)|kon niet worden (?:bezorgd|"
    r"afgeleverd)",
    re.IGNORECASE,
)
# That it still may arrive.
DELAYED = re.compile(
    r"(?:has|have) not yet been delivered|not (?:been )?delivered (?:yet|(?:for|in|after|within) )|will (?:keep|"
    r"continue to|be) (?:try|retr)|"
    r"will keep trying|still (?:being )?(?:try|retr|attempt)|delivery (?:is |has been |"
    r"was )?(?:temporarily )?delay|delayed (?:mail|delivery)|"
    r"you do not need to resend|do not need to (?:resend|take any action)|this is (?:only )?a warning|"
    r"warning(?: message)? only|"
    r"attempts (?:to deliver the message )?will continue|no action is required|will be retried|"
    r"temporary (?:delivery )?(?:problem|failure) .{0,80}will|"
    r"noch nicht zugestellt|wird weiter versucht|n'a pas encore",
    re.IGNORECASE | re.DOTALL,
)
GAVE_UP = re.compile(
    r"permanent (?:fatal )?error|giving up|gave up|given up|will not be (?:retried|attempted)|"
    r"no longer be (?:tried|attempted)|has failed|"
    r"delivery (?:has )?(?:failed|cancelled)|retry time(?:out)? (?:not reached|exceeded)|retry timeout exceeded|"
    r"too old|"
    r"has been (?:deleted|removed) from the|returned to sender|is being returned",
    re.IGNORECASE,
)
# Where the notice ends and the letter it returns, or a transcript of it, begins.
CUT = re.compile(
    r"^[ \t>]*(?:[-=_*+~#.]{2,}[ \t]*)?(?:this is a copy of|(?:below|following) this line is a copy|"
    r"(?:a )?copy of (?:your|the) (?:original )?(?:message|mail)|"
    r"(?:the )?(?:original|returned|undelivered|unsent|rejected|your|forwarded|bounced) (?:e-?mail )?(?:message|"
    r"mail|text|headers?|e-mail)(?: (?:follows|headers?|attached|as sent|"
    r"was|text|source|begins?|is|enclosed|included|header information))?(?: follow)?s?|(?:message|mail) (?:header|"
    r"text|contents?|headers follow|body follows)s?(?: follows?)?|"
    r"begin (?:of )?(?:the )?(?:message|mail|included)|header of the original|first \d+ lines|start of (?:returned|"
    r"original)|"
    r"included message|text of (?:the )?(?:original )?message|unsent message below|original message)\b.{0,80}$",
    re.IGNORECASE | re.MULTILINE,
)

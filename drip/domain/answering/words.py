"""The vocabulary of SMTP replies: what servers call things, in the languages they answer in.

Each concept has words; a star stands for any ending. Words are compared without case, accents and
apostrophes. Rules speak of concepts, never of words, so that they fit replies nobody has shown us yet.
Sources: RFC 5321, RFC 3463 and its registry, the message catalogues of Postfix, Exim, sendmail, qmail,
Exchange, Domino, GroupWise, Cyrus, Courier, Zimbra and CommuniGate, and the providers' postmaster pages.
"""

CONCEPTS: dict[str, str] = {
    # Who and where the letter was meant for.
    "user": """
        user users userid usernames mailuser vpopuser subscriber* customer* member* person persona personne
        persoon people employ* utilisateur* abonne* usuari* utent* utilizador* benutzer* nutzer* teilnehmer*
        kunde kunden gebruiker* uzytkownik* uzivatel* пользовател* абонент* anvandare* bruger* bruker* kayttaja*
        felhasznalo* kullanic* kullanıc* utilizator*""",
    "recipient": """
        recipient* recip rcptto receiver receivers addressee* destinatair* destinatari* destinatar destin
        empfanger* empfaenger* adressat* ontvanger* geadresseerde* odbiorc* adresat* prijemc* получател* адресат*
        mottagar* modtager* mottaker* vastaanottaj* cimzett* alici* alıcı*""",
    "box": """
        mailbox* inbox inboxes mailfolder* maildrop* maildir postbox box boite* boites casell* casill* buzon* bandeja
        caixa* postfach* postkasten postkorb postvak* skrzynk* schrank* ящик* brevlad* postkass* postilaatik*
        postafiok*""",
    "account": """
        account* acct compte* cuenta* conta contas konto konta konten kont аккаунт* учетн* hesap* tili rekening""",
    "address": """
        address* addr addrs alias* adresse* adres adresu adresy adress direccion* indirizz* endereco* адрес*
        osoite* localpart* emailaddress* mailaddress* dircorreo""",
    "part": "part",
    "domain": """
        domain* domaine* domini* domane* domaene* domena* domeny домен* host hosts hostname* mx mxs exchanger*
        nullmx tld""",
    "named": "name named names nom nombre nome namen namens nazwie именем",
    "here": "here hier ici aqui qui tutaj zde здесь aca",
    "table": "table tables directory ldap domino book virtual local locally database map roster passwd",
    # What is said of it.
    "absent": """
        unknown* unkown nonexist* inexist* unexist* invalid* illegal* incorrect* wrong bad undefined
        unregistered unrecogni* unrout* unassigned unallocated misspelled faulty erroneous defunct
        inconnu* introuvable* desconocid*
        sconosciut* inesistent* errat* desconhecid* unbekannt* ungultig* ungueltig* onbekend* ongeldig* nieznan*
        nieprawidlow* neznam* neexist* neplatn* неизвест* несуществ* недейств* okand* ogiltig* ukendt* ugyldig*
        ukjent* tuntemat* ismeretlen* bilinmeyen* bulunam* yok gecersiz* necunoscut*""",
    "not": """
        not isnt doesnt dont doesn cant cannot couldnt wasnt werent wont didnt havent hasnt never unable neither
        nor pas ne non nao nicht niet nie не inte ikke ei nem degil nu nelze nest""",
    "no": "no kein* keine aucun* ningun* nessun* nenhum* geen zadn* нет ingen brak nincs",
    "such": "such solch* tel telle tal dicha dicho ese tale такого такой takiego takie takiej ilyen",
    "valid": "valid* registered recogni* known",
    "found": """
        exist* found find finding located defined present existe* existiert gefunden bekannt trouve* encontrad* encontro
        encuentra trovat* esiste gevonden bestaat bekend istniej* znalezion* existuj* nalezen* существ* найден*
        зарегистр* finns hittad* findes fundet finnes vorhanden gibt ole provisioned assigned created hosted""",
    "ok": "ok okay",
    "longer": "longer anymore ceased mehr plus mas piu mais больше juz langer",
    "have": "have has hat ma tiene possui own owns owned",
    "by": "by par por door przez",
    "our": "our ours nuestro unser notre",
    "one": "one anybody",
    "missing": "missing manque fehlt falta",
    "left": "left departed",
    "works": "works working",
    "firm": "company firm employer organization organisation enterprise",
    "active": "active activated actif aktiv activo attivo actief aktywn* активн*",
    "disabled": """
        disabled disable disabling deactivat* inactiv* inaktiv* suspended suspend suspension discontinued frozen
        locked terminated cancelled canceled abandoned archived archivee dormant gesperrt* deaktiviert*
        stillgelegt* desactiv* inactif* disattiv* sospes* desativad* suspens* suspendu* zablokowan* nieaktywn*
        отключ* заблокир* приостан* неактив* geblokkeerd* uitgeschakeld""",
    "closed": """
        closed ferme fermee cerrad* chiusa encerrad* закрыт* deleted removed withdrawn supprime* geloscht
        eliminad* udalen* удален* retired purged""",
    "expired": "expired expire* expir* scadut* abgelaufen* caducad*",
    "unavailable": "unavailable unavailabe",
    "available": "available disponible disponibile verfugbar",
    "changed": "changed",
    "moved": "moved replaced relocated umgezogen",
    "full": """
        full overfull overquota overflow* voll pleine plein pieno piena llen* chei* pelna plna переполн* vol
        fuld fullt""",
    "quota": """
        quota* kvot* квот* storage space speicher* espace espacio* spazio espaco allocation diskspace disk
        allotment""",
    "over": """
        over exceed* exeed* insufficient exhausted excessive overdrawn overrun outof uberschritt* ueberschritt* depass*
        superad* superat* sobrepas* excedid* excede* превы* larger out enough""",
    "unresolved": "gethostbyname eai nxdomain",
    # The pace we send at.
    "too": "too zu trop demasiad* troppi troppe muitos muitas слишком zbyt",
    "many": "many much viele multiple",
    "connection": "connection* session* concurrent* simultaneous* parallel",
    "message": """
        message* messge mail mails email* letter* nachricht* courrier* correo* mensaje* mensage* messaggi*
        wiadomosc* письм* сообщен* bericht* melding* delivery deliver delivered deliveries invitation*""",
    "submission": "submission*",
    "rate": "rate rates ratelimit* throttl* frequency traffic quickly volume flood* velocity burst",
    "slow": "slow slower fast",
    "limit": "limit* threshold* limite* grenze* лимит* maximum max",
    "time": "hour* hourly day days daily minute* second* week* stunde* heure* hora* tag",
    # Who we are to them.
    "sender": """
        sender* originator mailfrom envelopefrom absender* expediteur* remitent* mittent* remetent* отправител*
        nadawc* afzender* avsandar* afsender* emisor* return returnpath""",
    "sending": "sending",
    "from": "from von desde",
    "your": "your yours you youre ihr ihre ihren ihrer votre vos seu sua",
    "ip": "ip ips ipv4 ipv6 netblock subnet cidr network",
    "client": "client clients mailserver mta",
    "server": "server servers serveur serwer* servidor* сервер* system",
    "helo": "helo ehlo",
    "blocklist": """
        blacklist* blocklist* dnsbl* dnsrbl* rbl rbls denylist* uribl surbl spamhaus* spamcop* sorbs* spamrl
        manitu cloudmark* senderscore abusix* uceprotect* invaluement* hostkarma psbl sbl xbl pbl drbl
        barracudacentral* backscatterer* blocklisted""",
    "listed": "listed listing list lists",
    "blocked": "block blocks blocked blocking banned ban bans barred blackholed bloque* bloqu* blocca* geblockt* black",
    "disuse": "disuse unused inutilizzo desuso inactivity inactividad inattivita inactivite inaktivitat",
    "refused": """
        reject* refus* denied deny denies declin* prohibit* forbidden forbids disallow* unaccept* abgelehnt*
        verweiger* rechaz* rifiut* recus* odrzuc* отклон* отказ* запрещ* geweigerd* afvist* avvisad* unwanted""",
    "permitted": "allow* permit* authori* erlaubt* zugelass* autoriz* welcome",
    "accepted": """
        accept* angenommen akzept* receive receives receiving handle handles like likes take takes aceit* acept*
        accett*""",
    "reputation": "reputation* senderbase",
    "proof": "spf dkim dmarc ptr rdns fcrdns arc senderid domainkey* rfc7489 rfc7208",
    "reverse": "reverse",
    "dns": "dns nameserver* lookup* resolve* resolv* resolution nameservice query",
    "auth": """
        auth authenticat* unauthenticat* authentifi* autentic* authentication smtpauth аутентиф* авториз*
        authentifizier*""",
    "login": "password* credential* username login logon passwort kennwort contrasena parol* пароль",
    "tls": "tls starttls ssl encrypt* cleartext plaintext",
    "relay": "relay* rcpthosts relais openrelay",
    # What they think of the letter.
    "spam": """
        spam* junk* unsolicited ube uce spammy antispam antyspam* phish* virus* malware* infected trojan* worm*
        suspicious suspected pourriel* спам* вирус* spammer bulk""",
    "content": "contain* content* attachment* body header headers subject mime",
    "policy": "policy policies politique* richtlinie* politica* polityk* violat* rules",
    "size": """
        size sizes large big oversize* length bytes megabyte* mb grosse gross taille tamano dimension* размер*
        line lines data""",
    # How long it lasts.
    "greylist": "greylist* graylist* postgrey grey gray greylisting",
    "temporary": """
        temporar* transient momentan* momentarily vorubergehend* voruebergehend* временн* tymczas* tempfail""",
    "delayed": "deferred defer delayed retried postponed",
    "again": "again retry retrying later resend reattempt tard tarde tardi spater spaeter erneut позже pozniej",
    "busy": "busy overload* overloaded load resources",
    "timeout": "timeout timed timedout",
    "connect": "connect connects connecting socket",
    "reached": "reach reachable reached",
    "lost": "lost reset dropped broken aborted",
    "queue": "queue queued",
    "failed": "fail* error* fehl* problem trouble echec",
    "access": "access",
    "required": "required require* must need needs needed issue first enable turn",
    "restricted": """
        restricted restrict* notauthorized moderat* whitelist* allowlist* approved prefer* protected only""",
    "filtered": "filtered quarantin*",
    "url": "url urls",
    "undelivered": "undeliver* unzustellbar",
    "match": "match matches matched matching",
    "group": "group groups",
    "hops": "hop hops loop loops looping",
    "command": "command* syntax parameter* argument* sequence protocol pipelining",
    "null": "null",
    "service": "service",
}

# Words that say nothing.
STOPS = """
    a an the is are was were be been of to this that it its as at on in and el la le les l der die das den dem
    de du des d un una une il lo os het een sorry im i we so which au es does"""

GLUED: dict[str, tuple[str, ...]] = {
    # Words that servers write together: one word, several concepts.
    "unrouteable": ("absent", "reached"),
    "unroutable": ("absent", "reached"),
    "userunknown": ("user", "absent"),
    "unknownuser": ("absent", "user"),
    "nosuchuser": ("no", "such", "user"),
    "nouser": ("no", "such", "user"),
    "nobody": ("no", "one"),
    "noone": ("no", "one"),
    "nadie": ("no", "one"),
    "niemand": ("no", "one"),
    "nikt": ("no", "one"),
    "badrcptto": ("absent", "recipient"),
    "badrecipientto": ("absent", "recipient"),
    "validrcptto": ("found", "recipient"),
    "addressnotfound": ("address", "not", "found"),
    "notfound": ("not", "found"),
    "recipnotfound": ("recipient", "not", "found"),
    "nexiste": ("not", "found"),
    "zuviele": ("too", "many"),
    "nonexistant": ("absent",),
}

SCRIPTS: dict[str, str] = {
    # Scripts written without spaces: parts of a run of characters.
    "user": "用户 用戶 使用者 此人 ユーザ 사용자",
    "recipient": "收件人 收信人 受信者 宛先 수신자 接收者",
    "box": "邮箱 郵箱 信箱 メールボックス 메일함",
    "address": "地址 アドレス 주소",
    "domain": "域名 ドメイン",
    "absent": """
        不存在 存在しない 存在しません 見つかりません 未知 不明 无此 無此 查无 查無 无效 無効 존재하지 알수없는 찾을""",
    "full": "已满 已滿 容量不足 空间不足 空間不足 いっぱい 一杯",
    "disabled": "停用 禁用 冻结 凍結 注销",
    "spam": "垃圾邮件 垃圾郵件 スパム 迷惑メール",
    "rate": "频率 頻率 过快",
    "again": "稍后 稍後 後で",
    "refused": "拒绝 拒絕 拒否",
}

DIALECTS: tuple[tuple[str, str, str], ...] = (
    # A provider's own codes: pattern, concept, where the provider says so.
    (
        r"tss\d\d|rp-00\d|rl0\d+|dyn:t\d|rly:b1|hl:i[cf]c|mi:sfq|mi:dmc|rp:drc|4\.16\.55",
        "rate",
        "Yahoo, Outlook, Comcast, AOL, 163",
    ),
    (r"ofr_?(?:004_10[34]|999)|lpn0?07_510", "rate", "Orange, La Poste"),
    (
        r"rtr:(?:sc|bl|bb|du|ch|rd)|con:b1|rly:b[l2]|bl0\d+|bl\d\d|es0\d+|ou-001|sc-00\d|dy-001",
        "blocklist",
        "AOL, Comcast, Outlook",
    ),
    (
        r"s31[45]0|aup#\S+|hl:(?:rep|ihu|ipb|mep)|wm:bl[iu]|dt:rbl|cxn\w*|mxin5\d\d|ib1\d\d",
        "blocklist",
        "Outlook, Spectrum, 163, GoDaddy",
    ),
    (
        r"ou-002|dt:spm|hvu:b\d|rly:(?:bd|ch|sn)|ib(?:50\d|6\d\d|7\d\d)|ph01|dy-002",
        "spam",
        "Outlook, 163, AOL, GoDaddy, Yahoo",
    ),
    (r"au0\d|mi:spf|dmarc:", "proof", "Yahoo, 163"),
    (r"ofr_?506|ofr_?416|lpn0?07_416", "absent", "Orange, La Poste: no such recipient"),
)

"""Which domains say nothing about the company somebody works for (R34)."""

from functools import cache

from publicsuffixlist import PublicSuffixList

# The mail providers most people have private addresses with, worldwide.
_PROVIDERS = """
126.com 163.com abv.bg alice.it aol.com arcor.de att.net bellsouth.net bigpond.com bk.ru bluewin.ch
bol.com.br btinternet.com centrum.cz charter.net chello.nl comcast.net cox.net daum.net
earthlink.net email.com email.cz fastmail.com fastmail.fm foxmail.com free.fr freenet.de
frontier.com gmail.com gmx.at gmx.ch gmx.com gmx.de gmx.net googlemail.com hanmail.net hey.com
home.nl hotmail.ca hotmail.co.uk hotmail.com hotmail.de hotmail.es hotmail.fr hotmail.it
icloud.com inbox.com inbox.lv inbox.ru interia.pl juno.com kakao.com laposte.net libero.it list.ru
live.ca live.co.uk live.com live.de live.fr live.it live.nl mac.com mail.com mail.ru me.com msn.com
mweb.co.za naver.com neuf.fr ntlworld.com o2.pl onet.pl online.de op.pl optonline.net orange.fr
outlook.com outlook.de outlook.es outlook.fr pm.me posteo.de proton.me protonmail.ch
protonmail.com qq.com rambler.ru rediffmail.com rocketmail.com rogers.com sapo.pt sbcglobal.net
seznam.cz sfr.fr shaw.ca sina.com skynet.be sky.com sohu.com sympatico.ca t-online.de talktalk.net
telenet.be telia.com telus.net terra.com.br tin.it tiscali.it tuta.com tutanota.com ukr.net
uol.com.br verizon.net virgilio.it virgin.net virginmedia.com wanadoo.fr web.de wp.pl xs4all.nl
xtra.co.nz ya.ru yahoo.ca yahoo.co.in yahoo.co.jp yahoo.co.uk yahoo.com yahoo.com.au yahoo.com.br
yahoo.de yahoo.es yahoo.fr yahoo.it yandex.com yandex.ru ymail.com zoho.com
"""
_FREEMAIL = frozenset(_PROVIDERS.split())


def is_freemail(domain: str) -> bool:
    """Whether a domain in lower case gives addresses to anybody."""
    return domain in _FREEMAIL or organisation(domain) in _FREEMAIL


def organisation(domain: str) -> str:
    """The part of a domain somebody registered: "eu.acme.co.uk" is "acme.co.uk"."""
    if domain.count(".") == 1:
        return domain  # whether its ending is one of the list or it is itself
    return _suffixes().privatesuffix(domain) or domain


def company_domain(address: str, stated: str | None = None) -> str | None:
    """The domain that stands for somebody's company: the one stated, else the address's.

    None where both are a freemail provider's.
    """
    for domain in (stated, address.rpartition("@")[2]):
        if domain and not is_freemail(domain.lower()):
            return organisation(domain.lower())
    return None


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()

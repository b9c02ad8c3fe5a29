"""Dovecot, where Debian's package brings it: a second IMAP server for the tests that take long."""

import getpass
import grp
import os
import pwd
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.servers.process import Server, free_port

PASSWORD = "s3cret"
_CONFIGURATION = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = /dev/stderr
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
default_login_user = {user}
default_internal_user = {user}
default_internal_group = {group}
first_valid_uid = 1
mail_location = maildir:{folder}/mail
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={folder}
}}
namespace inbox {{
  inbox = yes
  separator = /
  mailbox {sent} {{
    auto = create
    special_use = \\Sent
  }}
}}
"""


@contextmanager
def dovecot(folder: Path, sent: str) -> Iterator[int]:
    """A running server, whose folder of sent mail is called `sent`; its port. Anybody may log in by PASSWORD.

    Mail is kept as a maildir in `folder`/mail. Started by root, it runs as nobody.
    """
    program = shutil.which("dovecot", path=f"{os.defpath}:/usr/sbin:/usr/local/sbin")
    assert program, "dovecot is not installed: `apt-get install dovecot-imapd` (Debian), or leave --long out"
    user = "nobody" if os.getuid() == 0 else getpass.getuser()
    known, port = pwd.getpwnam(user), free_port()
    for one in (folder, folder / "run", folder / "state", folder / "mail"):
        one.mkdir(exist_ok=True)
        os.chown(one, known.pw_uid, known.pw_gid)
    words = {"folder": folder, "user": user, "group": grp.getgrgid(known.pw_gid).gr_name, "port": port, "sent": sent}
    (folder / "dovecot.conf").write_text(_CONFIGURATION.format(password=PASSWORD, **words))
    as_nobody = user if os.getuid() == 0 else None
    with Server([program, "-F", "-c", str(folder / "dovecot.conf")], "starting up for imap", user=as_nobody):
        yield port

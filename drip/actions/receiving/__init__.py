"""Parts of `receive`: whose a mail is, and what follows from it."""

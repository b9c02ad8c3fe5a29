"""Pages to look at letters on before anybody gets them, as `drip campaign preview` writes them."""

"""How well the search finds: a company of realistic names, queries by independent rules, recall and precision."""

"""Other people's services: a protocol each (SMS, telephony, e-mail, company registries, webhooks) and its providers.

Empty yet. The only room that will talk to the network; it may use records and everything below, and knows no SQL.
"""

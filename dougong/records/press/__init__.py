"""The press: from a template and values to the pages of a PDF, in a process of its own that knows nothing else.

`__main__` is that process: it reads one request (JSON) from its standard input and answers with the files. It has no
database, no settings and no secrets; its time and memory are bounded, so that a template that never ends, or that fills
the memory, ends its own process and nothing else. `language` is the template language (Jinja2, closed to a few names),
`formats` how values are written, `markup` and `style` read the HTML and CSS that come out, `typesetting` says the same
to Typst. What these do not know is left out: there is no element, property or function by which a template could read a
file or an address.

Used by `dougong.records.printing` only. Nothing here imports the rest of records: the process must start quickly.
"""

"""The ASGI edge: HTTP in, one call of a lower room, HTTP out. The only room that knows fastapi, starlette and pydantic.

`app.create_app` puts it together; a `*_api.py` module is the routes of one subject, each handler of about ten lines:
parse, one call, answer. It decides nothing about records, rights or configuration; nobody imports it but the command
line.
"""

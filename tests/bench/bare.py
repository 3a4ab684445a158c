"""The least that any bot on aiohttp must do: parse the activity, post a reply of that many bytes on a pooled client."""

import sys
from collections.abc import AsyncIterator

from aiohttp import ClientSession, web


def main(port: int, size: int) -> None:
    app = web.Application()
    client: web.AppKey[ClientSession] = web.AppKey("client", ClientSession)

    async def pool(app: web.Application) -> AsyncIterator[None]:
        async with ClientSession() as app[client]:
            yield

    async def messages(request: web.Request) -> web.Response:
        activity = await request.json()
        conversation = activity["conversation"]["id"]
        address = f"{activity['serviceUrl']}/v3/conversations/{conversation}/activities/{activity['id']}"
        reply = {
            "type": "message",
            "from": activity["recipient"],
            "recipient": activity["from"],
            "conversation": {"id": conversation},
            "replyToId": activity["id"],
            "text": "",
        }
        reply["text"] = "x" * max(0, size - len(str(reply)))
        async with app[client].post(address, json=reply) as response:
            await response.json()
        return web.Response()

    app.cleanup_ctx.append(pool)
    app.router.add_post("/api/messages", messages)
    web.run_app(app, host="127.0.0.1", port=port, access_log=None, print=None)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))

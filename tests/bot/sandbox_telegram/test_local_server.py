"""The loopback server that both sandbox services run on."""

import asyncio

import httpx
import pytest
from tornado.web import Application, RequestHandler

from bot.sandbox.local_server import LocalServer


class Hello(RequestHandler):
    def get(self) -> None:
        self.write("hello")


class Forever(RequestHandler):
    async def get(self) -> None:
        await asyncio.Event().wait()


def application() -> Application:
    return Application([("/", Hello), ("/forever", Forever)])


async def test_it_serves_on_a_free_loopback_port() -> None:
    server = LocalServer(application())
    url = await server.start()
    async with httpx.AsyncClient() as client:
        assert (await client.get(url)).text == "hello"
    await server.stop()
    assert url == f"http://127.0.0.1:{server.port}"


async def test_stopping_ends_open_requests_and_frees_the_port() -> None:
    server = LocalServer(application())
    url = await server.start()
    async with httpx.AsyncClient(timeout=60) as client:
        waiting = asyncio.create_task(client.get(f"{url}/forever"))
        await client.get(url)
        await server.stop()
        with pytest.raises(httpx.RemoteProtocolError):
            await waiting
        with pytest.raises(httpx.ConnectError):
            await client.get(url)


async def test_it_comes_back_at_the_same_address() -> None:
    server = LocalServer(application())
    first = await server.start()
    await server.stop()
    await server.stop()
    assert await server.start() == first
    await server.stop()


def test_it_serves_blocking_code_from_a_thread() -> None:
    with LocalServer(application()).run_in_thread() as url:
        assert httpx.get(url).text == "hello"
    with pytest.raises(httpx.ConnectError):
        httpx.get(url)

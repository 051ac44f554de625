"""`advisor serve` as it is used: a server of its own, and a browser."""

import asyncio
import datetime
import json
import os
import signal

import aiohttp
import psutil
import pytest

from advisor.decision.advise import advise
from advisor.knowledge.load import load
from advisor.report.words import USUAL_ANSWERS
from advisor.session.answers import read_answers, save_answers
from advisor.session.profile import profile_path
from tests.web.browser import BROWSER, browser
from tests.web.server import ROOT, SECONDS, served

KNOWLEDGE = load()
LEFT_OPEN = "kernels"
"""One question, since two may be asked in a list, which hangs on how fast the machine is."""
DAY = datetime.date(2026, 11, 30)
POSIX = pytest.mark.skipif(os.name != "posix", reason="signals are sent")


def answered_but(tmp_path, left):
    """A file with an answer to every question but one."""
    given = read_answers(KNOWLEDGE, str(ROOT / "docs" / "example-answers.yaml"))
    path = tmp_path / "needs.yaml"
    text = [f"{question.id}: null\n" for question in KNOWLEDGE.questions if question.id not in {*given, left}]
    save_answers(path, {name: answer for name, answer in given.items() if name != left})
    path.write_text(path.read_text() + "".join(text))
    return path


async def status(url, **headers):
    """The status of a plain request, with nothing else given away."""
    async with aiohttp.ClientSession() as session, session.get(url, headers=headers, allow_redirects=False) as answer:
        assert answer.status == 200 or await answer.text() == ""
        assert "Server" not in answer.headers
        return answer.status


async def upgrade(url, origin):
    """The status with which a websocket is refused, or 101."""
    async with aiohttp.ClientSession() as session:
        try:
            async with session.ws_connect(url, origin=origin):
                return 101
        except aiohttp.WSServerHandshakeError as refused:
            return refused.status


async def drawn(page, words):
    """Wait until the application has drawn some words since the last key, and nothing more for less than the cursor
    takes to blink."""
    seen = b""
    async with asyncio.timeout(SECONDS):
        while True:
            try:
                seen += (await page.receive(timeout=0.3)).data
            except TimeoutError:
                if seen and words in seen.decode(errors="replace"):
                    return


async def offered(page, *steps):
    """The address of what the application offers to fetch once these keys have been pressed, each after some words."""
    for words, keys in steps:
        await drawn(page, words)
        await page.send_json(["stdin", keys])
    async with asyncio.timeout(SECONDS):
        while True:
            message = await page.receive()
            if message.type is aiohttp.WSMsgType.TEXT:
                kind, what = json.loads(message.data)
                assert kind == "open_url"
                return what["url"]


async def answer_what_is_shown(page, before: str) -> str:
    """Give a question its first answer, or a list its usual ones, or go on where it says that one may stop. Gives what
    there was; the verdict ends it. What was answered `before` gets no second key, which the next screen would take: the
    ranking below it may be new while it's still there."""
    words = await page.settled()
    if "[Verdict]" in words:
        return "verdict"
    if "Go on with the questions" in words:
        await page.press("2")
        return "pause"
    asked = " ".join(question.id for question in KNOWLEDGE.questions if question.text[:40] in words)
    if USUAL_ANSWERS in words:
        # Enter shows what there is below, and goes on from the end.
        at_end = "enter goes on" in words
        asked = f"{'end of ' if at_end else ''}list with {asked}"
        if asked != before or not at_end:
            await page.press("Enter")
    elif asked != before:
        kind = KNOWLEDGE.question[asked].kind
        await page.press(*{"many": ("1", "Enter"), "number": ("2", "Enter")}.get(kind, ("1",)))
    return asked


async def gone(processes):
    """Wait until none of them is there."""
    done, alive = await asyncio.to_thread(psutil.wait_procs, processes, SECONDS)
    assert not alive


async def first_output(page):
    """Wait until the application has drawn something."""
    async with asyncio.timeout(SECONDS):
        while (await page.receive()).type is not aiohttp.WSMsgType.BINARY:
            pass


@POSIX
async def test_only_the_token_opens_it_and_only_from_its_own_page(tmp_path):
    with served() as server:
        assert await status(server.url) == 200
        assert await status(f"{server.url}static/js/textual.js") == 200
        for path in ("/", "/ws", "/static/js/textual.js", f"/{'x' * 43}/", f"/{'x' * 43}/static/js/textual.js"):
            assert await status(server.root + path) == 404
        for path in ("static/../server.py", "static/%2e%2e/server.py", "static/", "download/unknown", "other"):
            assert await status(f"{server.url}{path}") == 404
        assert await status(server.url, Host="evil.example") == 403
        assert await status(server.url, Origin="http://evil.example") == 403
        assert await upgrade(f"{server.url}ws", "http://evil.example") == 403
        assert await upgrade(f"{server.url}ws", None) == 403
        assert await upgrade(f"{server.root}/{'x' * 43}/ws", server.root) == 404
        assert not server.children()
        assert await upgrade(f"{server.url}ws", server.root) == 101
        # Only this machine can reach it.
        ours = [c.laddr.ip for c in psutil.Process(server.process.pid).net_connections() if c.status == "LISTEN"]
        assert ours == ["127.0.0.1"]


@POSIX
async def test_a_sitting_ends_with_its_page_and_a_newer_page_takes_over():
    with served() as server:
        async with aiohttp.ClientSession() as session:
            first = await session.ws_connect(f"{server.url}ws?width=100&height=30", origin=server.root)
            await first_output(first)
            before = server.children()
            assert before
            second = await session.ws_connect(f"{server.url}ws", origin=server.root)
            await first_output(second)
            await gone(before)
            async with asyncio.timeout(SECONDS):
                while not first.closed:
                    await first.receive()
            assert server.children()
            # What the page's own script would never send ends the sitting and nothing else.
            await second.send_str('{"no": "envelope"}')
            await gone(server.children())
            third = await session.ws_connect(f"{server.url}ws?width=0&height=999999999", origin=server.root)
            await first_output(third)
            await third.close()
            await gone(server.children())
        assert server.stop() == 0


@POSIX
async def test_a_picture_of_the_screen_is_fetched_under_the_token_and_loads_nothing():
    with served() as server:
        async with aiohttp.ClientSession() as session:
            page = await session.ws_connect(f"{server.url}ws", origin=server.root)
            # The command palette makes it.
            address = await offered(
                page, ("PyTorch or Keras", "\x10"), ("Search for", "picture"), ("Save a picture", "\r")
            )
            assert await status(f"{server.root}/{address}") == 404
            async with session.get(server.url + address) as answer:
                assert answer.status == 200
                assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
                assert "<svg" in await answer.text()
            await page.close()


@POSIX
async def test_what_is_exported_reaches_the_browser_too(tmp_path):
    target = tmp_path / "mine.yaml"
    with served("-d", "stage=research") as server:
        async with aiohttp.ClientSession() as session:
            page = await session.ws_connect(f"{server.url}ws", origin=server.root)
            address = await offered(
                page,
                ("PyTorch or Keras", "\r"),
                ("", "\x13"),
                ("Format", "5"),
                ("answers.yaml", str(target)),
                (target.name, "\r"),
            )
            async with session.get(server.url + address) as answer:
                assert answer.status == 200
                assert "filename=mine.yaml" in answer.headers["Content-Disposition"]
                assert await answer.read() == target.read_bytes()
            await page.close()
    assert read_answers(KNOWLEDGE, str(target))["stage"].value == "research"


@POSIX
@pytest.mark.parametrize("how", ["SIGINT", "SIGHUP", "SIGKILL"])
async def test_no_process_outlives_the_server(how):
    with served() as server:
        async with aiohttp.ClientSession() as session:
            page = await session.ws_connect(f"{server.url}ws", origin=server.root)
            await first_output(page)
            left = server.children()
            assert left
            # The page has to answer for its websocket to be closed.
            reading = asyncio.create_task(page.receive())
            code = await asyncio.to_thread(server.stop, getattr(signal, how))
            assert code == (-signal.SIGKILL if how == "SIGKILL" else 0)
            await gone(left)
            reading.cancel()
        assert "Traceback" not in server.process.stderr.read()
        assert server.process.stdout.read() == ""


@POSIX
@pytest.mark.skipif(BROWSER is None, reason="no Chromium or Chrome is installed")
async def test_answering_and_reading_the_verdict_in_a_browser(tmp_path):
    """The question left open is answered by keys, the page is loaded again before and after, and the verdict on the
    screen is that of the answers on the disk. Nothing is fetched from anywhere else."""
    needs = answered_but(tmp_path, LEFT_OPEN)
    question = KNOWLEDGE.question[LEFT_OPEN]
    with served("--answers", str(needs)) as server:
        async with browser(tmp_path / "profile") as tab:
            page = await tab()
            for _ in range(2):
                await page.open(server.url)
                await page.until("Continue with 32 answers, begun with needs.yaml")
                await page.press("Enter")
                await page.until(question.text, "32 of 33 answered")
            await page.press("ArrowDown", "Enter")
            await page.until("[Verdict]", "33 of 33 answered")
            answers = read_answers(KNOWLEDGE, str(profile_path()))
            assert answers[question.id].value is False
            assert len(answers) == 33
            summary = advise(KNOWLEDGE, answers, None, as_of=DAY, seed=0).verdict.summary
            await page.until(" ".join(summary.split()))
            await page.open(server.url)
            await page.until("Continue with 33 answers, begun with needs.yaml")

            assert await page.evaluate("refused") == []
            inside = (server.url, server.url.replace("http:", "ws:"), "data:")
            assert page.requested and all(url.startswith(inside) for url in page.requested)
        assert server.stop() == 0


@POSIX
@pytest.mark.skipif(BROWSER is None, reason="no Chromium or Chrome is installed")
async def test_the_whole_interview_in_a_browser(tmp_path):
    """From the first question to the last, whatever it asks; then the verdict is read."""
    with served() as server:
        async with browser(tmp_path / "profile") as tab:
            page = await tab()
            await page.open(server.url)
            await page.until("Start")
            await page.press("Enter")
            await page.until("[Questions]")
            seen = [""]
            while seen[-1] != "verdict":
                seen.append(await answer_what_is_shown(page, seen[-1]))
                assert len(seen) <= 2 * len(KNOWLEDGE.questions)
            # Whether a list or a pause comes before the next key hangs on how fast the machine is.
            assert KNOWLEDGE.question.keys() & set(seen)
            answers = read_answers(KNOWLEDGE, str(profile_path()))
            assert set(answers) == set(KNOWLEDGE.question)
            summary = advise(KNOWLEDGE, answers, None, as_of=DAY, seed=0).verdict.summary
            await page.until("33 of 33 answered", " ".join(summary.split()))
        assert server.stop() == 0

"""What one address asks over HTTP is bounded, pages and refusals too; its sockets and other addresses are served."""

from yarl import URL

from tests.integration.signaling.test_bounds import elsewhere, office
from tests.support.nodes import Cluster


async def test_one_address_asks_so_often_and_parts_of_pages_do_not_count(shared: Cluster) -> None:
    async with office(shared, requests_per_address_burst=3, requests_per_address_per_s=0.01) as people:
        page, other = await people.citizen(), await elsewhere(people).open()
        for path, status in (("/static/x.js", 404), ("/livez", 200), ("/voice/x.json", 404)):
            for _ in range(4):
                async with page.http.get(people.at.url + path) as answer:
                    assert answer.status == status
        # What no handler sees counts as well.
        told = []
        for path in ("/api/public", "/nowhere", "/%00", "/api/public", "/%00"):
            address = URL(people.at.url + path, encoded=True)
            async with page.http.get(address, headers={"Accept": "text/html"}) as answer:
                told.append(answer.status)
                said = await answer.text()
                assert ("too_many_tries" in said and "Retry-After" in answer.headers) is (answer.status == 429)
        assert told == [200, 404, 422, 429, 429]
        assert await page.done("take_ticket", item="MZ01"), "the socket goes on"
        async with other.http.get(f"{people.at.url}/api/public") as answer:
            assert answer.status == 200

"""Answers questions about sites, booths, districts and departments: found by id, named in each language."""

from protocol.errors import UnknownBooth, UnknownSite
from records.catalogue.directory_rows import Booth, District, Loaded, Site


class PlaceDirectory:
    """The places and offices of one catalogue."""

    def __init__(self, loaded: Loaded) -> None:
        """Use a loaded catalogue."""
        self._loaded = loaded

    def site(self, name: str) -> Site:
        """Return a site.

        Raises:
            UnknownSite: there is none.
        """
        if name not in self._loaded.sites:
            raise UnknownSite(site=name[:64])
        return self._loaded.sites[name]

    def sites(self) -> tuple[Site, ...]:
        """Return all sites."""
        return tuple(self._loaded.sites.values())

    def site_name(self, name: str, locale: str = "") -> str:
        """Return a site's name in a language; the id itself when it is unknown."""
        site = self._loaded.sites.get(name)
        return name if site is None else site.names.get(locale.replace("-", "_"), site.name)

    def booth(self, name: str) -> Booth:
        """Return a booth.

        Raises:
            UnknownBooth: there is none.
        """
        if name not in self._loaded.booths:
            raise UnknownBooth(booth=name[:64])
        return self._loaded.booths[name]

    def booths(self) -> tuple[Booth, ...]:
        """Return all booths."""
        return tuple(self._loaded.booths.values())

    def districts(self) -> tuple[District, ...]:
        """Return all districts."""
        return tuple(self._loaded.districts.values())

    def district_name(self, code: str, locale: str = "") -> str:
        """Return a district's name, the code itself when it is unknown."""
        district = self._loaded.districts.get(code)
        return code if district is None else district.names.get(locale.replace("-", "_"), district.name)

    def department_name(self, name: str, locale: str = "") -> str:
        """Return a department's name, the id itself when it is unknown."""
        department = self._loaded.departments.get(name)
        return name if department is None else department.names.get(locale.replace("-", "_"), department.name)

    def department_of(self, seat: str, department: str, locale: str = "") -> str:
        """Return the name of an agent's department; of the seat's district where the account has none."""
        if department:
            return self.department_name(department, locale)
        district = self._loaded.seats[seat].district if seat in self._loaded.seats else ""
        return self.district_name(district, locale)

    @property
    def departments(self) -> frozenset[str]:
        """The ids of all departments."""
        return frozenset(self._loaded.departments)

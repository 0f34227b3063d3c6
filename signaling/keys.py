"""Every Redis key that signaling keeps for itself; all of a realm in one hash slot."""


class Keys:
    """The keys of one realm."""

    def __init__(self, realm: str) -> None:
        """Prepare the prefix."""
        self._prefix = f"cw:{{{realm}}}"

    def page(self, identity: str) -> str:
        """Location of an identity's page: `node connection`."""
        return f"{self._prefix}:page:{identity}"

    def scope(self, connection: str) -> str:
        """Owner of a connection's commands, kept for its resume window."""
        return f"{self._prefix}:scope:{connection}"

    def answer(self, scope: str, command: str) -> str:
        """The recorded answer of a command."""
        return f"{self._prefix}:answer:{scope}:{command}"

    def documents(self, ticket: str) -> str:
        """A ticket's documents: hash of id to view."""
        return f"{self._prefix}:documents:{ticket}"

    def opening(self, who: str, document: str) -> str:
        """Mark that a login's key or a ticket has this document open, so that its view is in the audit trail once."""
        return f"{self._prefix}:opening:{who}:{document}"

    def arriving(self, seat: str) -> str:
        """Account whose page is being admitted at a seat: `account connection`."""
        return f"{self._prefix}:arriving:{seat}"

    def upload(self, upload: str) -> str:
        """From which address an unfinished upload was begun."""
        return f"{self._prefix}:upload:{upload}"

    def uploads(self, owner: str) -> str:
        """The unfinished uploads of a ticket, an address (`address:…`) or all: `id bytes` by begin."""
        return f"{self._prefix}:uploads:{owner}"

    def last_session(self, ticket: str) -> str:
        """The latest session of a ticket, whose papers and notes the next one inherits."""
        return f"{self._prefix}:last_session:{ticket}"

    def guests(self, session: str) -> str:
        """Return the key of a session's invited participants: a hash of participant to `Guest`."""
        return f"{self._prefix}:guests:{session}"

    def closed(self, seat: str) -> str:
        """The ticket whose session a seat closed last: shown again when its page reloads in wrap-up."""
        return f"{self._prefix}:closed:{seat}"

    def consents(self, ticket: str) -> str:
        """Consents of a ticket's citizen: hash of kind to `ConsentView`."""
        return f"{self._prefix}:consents:{ticket}"

    def moves(self, ticket: str) -> str:
        """Number of times a ticket's place was held or exchanged for a later call."""
        return f"{self._prefix}:moves:{ticket}"

    def away(self, ticket: str) -> str:
        """Set while a ticket is held because no page of it is open."""
        return f"{self._prefix}:away:{ticket}"

    def words(self, session: str, side: str) -> str:
        """Amount and rate of text that a side of a session has written."""
        return f"{self._prefix}:words:{session}:{side}"

    def booth_challenge(self, challenge: str) -> str:
        """The booth that was given this challenge; gone once it is answered."""
        return f"{self._prefix}:booth_challenge:{challenge}"

    def over(self, ticket: str) -> str:
        """Set once a ticket has ended: its stub brings nothing back."""
        return f"{self._prefix}:over:{ticket}"

    def rated(self, session: str) -> str:
        """Set once a session was rated."""
        return f"{self._prefix}:rated:{session}"

    def node(self, node: str) -> str:
        """The channel on which a node hears from the others."""
        return f"{self._prefix}:node:{node}"

    def alive(self, node: str) -> str:
        """Set while a node lives: it carries out the commands that it has marked."""
        return f"{self._prefix}:alive:{node}"

    def numbers(self, session: str) -> str:
        """Counters with which the queue numbers a session's events; kept as long as its log."""
        return f"{self._prefix}:numbers:{session}"

    def catalogue(self, version: int, number: int) -> str:
        """The node that goes through the open tickets, the first or second time, for this version of the catalogue."""
        return f"{self._prefix}:catalogue:{version}:{number}"

    @property
    def business(self) -> str:
        """By how many milliseconds the business clock of a demonstration is set ahead."""
        return f"{self._prefix}:business"

    @property
    def nodes(self) -> str:
        """The channel that every node hears."""
        return f"{self._prefix}:nodes"

    @property
    def graces(self) -> str:
        """Pages that are gone, by the time at which their grace ends."""
        return f"{self._prefix}:graces"

    @property
    def trail(self) -> str:
        """Looks that were not on the audit trail yet because the ledger did not answer."""
        return f"{self._prefix}:trail"

    @property
    def booths(self) -> str:
        """Booths that are online, by the time at which their lease ends."""
        return f"{self._prefix}:booths"

-- Write durable events of a session at one moment, in their order, each once per its `dedupe`.
-- KEYS: 1 journal
-- ARGV: 1 now_ms, 2 rules, 3 session, 4 ticket, 5… kind, body (JSON object without seq and at_ms), by, dedupe, how
--       (lib/note_event.lua) of each
-- Returns: their numbers; 0 for one that is refused
-- Errors: TICKET_NOT_FOUND
-- Events: session_noted
-- include: note_event
local session, ticket, numbers = ARGV[3], ARGV[4], {}
-- The first event of a session is refused unless its ticket is in that session: the queue was wiped a moment ago, and
-- numbers that began anew would be passed over by pages, which have seen higher ones.
if call('EXISTS', key('numbers', session)) == 0 and call('HGET', key('ticket', ticket), 'session') ~= session then
  return { -1, ticket }
end
for at = 5, #ARGV, 5 do
  numbers[#numbers + 1] = note_event(session, ticket, unpack(ARGV, at, at + 4))
end
return numbers

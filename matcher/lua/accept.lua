-- The seat takes its ringing ticket, if the reservation is its latest and its time is not over. Again: the same answer.
-- KEYS: 1 journal
-- ARGV: 1 now_ms, 2 rules, 3 seat, 4 reservation, 5 fence, 6 session
-- Returns: the ticket's row
-- Errors: SEAT_NOT_FOUND, RESERVATION_STALE
-- Events: reservation_accepted, seat_changed
-- include: keys
-- include: now
-- include: serve
-- include: ticket_row
local seat, reservation, fence, session = ARGV[3], ARGV[4], ARGV[5], ARGV[6]
local at = call('HMGET', key('seat', seat), 'state', 'ticket', 'reservation', 'fence', 'deadline')
if not at[1] then
  return { -5, seat }
elseif at[3] ~= reservation or at[4] ~= fence then
  return { -4, reservation }
elseif at[1] == 'serving' and call('HGET', key('ticket', at[2]), 'session') == session then
  return ticket_row(at[2])
elseif at[1] ~= 'reserved' or now > tonumber(at[5]) then
  return { -4, reservation }
end
serve(at[2], 'reserved', seat, 'reserved', session)
return ticket_row(at[2])

-- Build every index anew from the records of tickets and seats, matching on the way. Records that contradict each other
-- are brought to a state from which they go on: a ticket whose seat has forgotten it waits at its old place, a seat
-- whose ticket is not there is paused.
-- KEYS: 1 journal
-- ARGV: 1 now_ms, 2 rules
-- Returns: how many tickets and seats there are
-- Errors: none
-- Events: ticket_returned, seat_changed, reservation_made
-- include: keys
-- include: mend_clear
-- include: mend_seats
-- include: mend_tickets
-- include: seat_idles
local seats, tickets = call('SMEMBERS', PREFIX .. 'seats'), call('SMEMBERS', PREFIX .. 'open')
mend_clear(seats)
mend_seats(seats)
mend_tickets(tickets)
local idle = {}
for _, seat in ipairs(seats) do
  local state, profile, duty, idle_key, since =
    unpack(call('HMGET', key('seat', seat), 'state', 'profile', 'duty', 'idle_key', 'since'))
  if state == 'idle' then
    idle[#idle + 1] = { seat = seat, profile = profile, duty = duty, key = tonumber(idle_key or 0),
      since = since }
  end
end
table.sort(idle, function(a, b) return a.key < b.key or (a.key == b.key and a.seat < b.seat) end)
for _, at in ipairs(idle) do
  seat_idles(at.seat, at.profile, at.duty, at.key, at.since)
end
return #tickets + #seats

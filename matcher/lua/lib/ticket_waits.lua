-- include: keys
-- include: pick_seat
-- include: idle_out
-- include: waiter_of
-- include: reserve
-- include: park
-- include: alert
-- A ticket in state `waiting` that is in no lane yet: reserve it for an idle able seat, or put it into its lane.
-- `known` is what the caller knows of it, as lib/waiter_of.lua reads it. Returns the fields of a reservation.
local function ticket_waits(ticket, lane, known)
  local waiter = known or waiter_of(ticket)
  local seat, rivals = pick_seat(ticket, lane, waiter.shunned or '')
  if not seat then
    park(ticket, lane, waiter.score, waiter.since)
    alert(ticket, lane)
    return {}
  end
  local profile, duty, since = unpack(call('HMGET', key('seat', seat), 'profile', 'duty', 'since'))
  idle_out(seat, profile, duty)
  return reserve(ticket, waiter, seat, since, 'ticket', rivals)
end

-- include: keys
-- include: pick_ticket
-- include: unpark
-- include: waiter_of
-- include: alert_over
-- include: reserve
-- include: idle_in
-- A seat in state `idle` since `since` that is in no index: give it the ticket whose turn it is, or put it among the
-- idle ones.
local function seat_idles(seat, profile, duty, idle_key, since)
  local ticket, lane, rivals
  if duty == 'full' then
    ticket, lane, rivals = pick_ticket(seat, profile)
  end
  if not ticket then
    idle_in(seat, profile, duty, idle_key)
    return
  end
  local waiter = waiter_of(ticket)
  unpark(ticket, lane)
  if waiter.alerted then
    alert_over(ticket)
  end
  reserve(ticket, waiter, seat, since, 'seat', rivals)
end

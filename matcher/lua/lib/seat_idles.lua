-- include: keys
-- include: pick_ticket
-- include: unpark
-- include: alert_over
-- include: reserve
-- include: idle_in
-- A seat in state `idle` that is in no index: give it the ticket whose turn it is, or put it among the idle ones.
-- Returns the ticket.
local function seat_idles(seat, profile, duty, idle_key)
  -- Kept before a ticket is found: a seat whose citizen hangs up while it rings is idle since now, not since last time.
  call('HSET', key('seat', seat), 'idle_key', idle_key)
  if duty == 'full' then
    local ticket, lane, rivals = pick_ticket(seat, profile)
    if ticket then
      unpark(ticket, lane)
      alert_over(ticket)
      reserve(ticket, seat, 'seat', rivals)
      return ticket
    end
  end
  idle_in(seat, profile, duty, idle_key)
  return nil
end

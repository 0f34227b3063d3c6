-- include: keys
-- include: now
-- include: rules
-- include: emit
-- include: count
-- include: due
-- include: next_fence
-- include: ticket_to
-- include: seat_to
-- include: waited
-- include: explained
-- include: told_error
-- Reserve a waiting ticket (`waiter`, see lib/waiter_of.lua), already out of its lane, for a seat that is idle since
-- `idle_since`, already out of its profile. `by` tells who came free: the 'seat' or the 'ticket'; `rivals` how many
-- profiles or lanes were compared. Returns the ticket's new fields.
local function reserve(ticket, waiter, seat, idle_since, by, rivals)
  local fence = string.format('%.0f', next_fence())
  local reservation, deadline = 'R' .. fence, string.format('%.0f', now + rules.ring_ms)
  local waited_ms = string.format('%.0f', waited(waiter.waited, waiter.from))
  local why = string.format('%s|%s|%s|%d|%s|%.0f|%s', by == 'seat' and rules.ticket_rule or rules.seat_rule, by,
    waiter.step, rivals, waited_ms, math.max(0, now - idle_since), waiter.class)
  local why_json = explained(why)
  ticket_to(ticket, 'waiting', 'reserved', 'seat', seat, 'reservation', reservation, 'fence', fence,
    'deadline', deadline, 'explain', why)
  due(deadline, 'ring', ticket)
  local made = { 'reservation', reservation, 'ticket', ticket, 'seat', seat, 'fence', fence, 'deadline_ms', deadline,
    'waited_ms', waited_ms, 'explain', why_json }
  if waiter.told_at then
    emit('reservation_made', 'told_low_s', waiter.told_low, 'told_high_s', waiter.told_high,
      'told_ago_ms', told_error(ticket, waiter.told_low, waiter.told_high, waiter.told_at), unpack(made))
  else
    emit('reservation_made', unpack(made))
  end
  seat_to(seat, 'idle', 'reserved', '', 0, ticket, 'reservation', reservation, 'fence', fence, 'deadline', deadline,
    'busy', now)
  count('reserved')
  return { 'state', 'reserved', 'seat', seat, 'reservation', reservation, 'fence', fence, 'deadline', deadline,
    'explain', why_json }
end

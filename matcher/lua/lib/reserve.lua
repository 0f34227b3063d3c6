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
-- include: told_error
-- Reserve a waiting ticket, already out of its lane, for an idle seat, already out of its profile.
-- `by` tells who came free: the 'seat' or the 'ticket'; `rivals` how many profiles or lanes were compared.
local function reserve(ticket, seat, by, rivals)
  local row = call('HMGET', key('ticket', ticket), 'waited', 'from', 'step', 'priority', 'told_low',
    'told_high', 'told_at')
  local idle_since = tonumber(call('HGET', key('seat', seat), 'since'))
  local fence = next_fence()
  local fence_text = string.format('%.0f', fence)
  local reservation = 'R' .. fence_text
  local deadline = now + rules.ring_ms
  local waited_ms = waited(row[1], row[2])
  local explain = string.format(
    '{"rule":"%s","by":"%s","tier":%d,"rivals":%d,"waited_ms":%.0f,"idle_ms":%.0f,"class":"%s"}',
    by == 'seat' and rules.ticket_rule or rules.seat_rule, by, row[3], rivals, waited_ms,
    math.max(0, now - idle_since), row[4])
  ticket_to(ticket, 'waiting', 'reserved', 'seat', seat, 'reservation', reservation, 'fence', fence_text,
    'deadline', deadline, 'explain', explain)
  due(deadline, 'ring', ticket)
  local low, high, ago = told_error(ticket, row[5], row[6], row[7])
  emit('reservation_made', 'reservation', reservation, 'ticket', ticket, 'seat', seat, 'fence', fence_text,
    'deadline_ms', deadline, 'waited_ms', waited_ms, 'explain', explain, 'told_low_s', low,
    'told_high_s', high, 'told_ago_ms', ago)
  seat_to(seat, 'idle', 'reserved', '', 0, ticket, 'reservation', reservation, 'fence', fence_text,
    'deadline', deadline, 'busy', now)
  count('reserved')
end

-- include: keys
-- include: rules
-- include: emit
-- include: count
-- include: patience
-- include: waited
-- include: ticket_ends
-- The ticket ends without (further) service.
local function ticket_left(ticket, was, state, why)
  local before, from = unpack(call('HMGET', key('ticket', ticket), 'waited', 'from'))
  local waited_ms = waited(before, was ~= 'serving' and from)
  ticket_ends(ticket, was, state, 'waited', waited_ms, 'why', why)
  emit('ticket_left', 'ticket', ticket, 'state', state, 'why', why, 'waited_ms', waited_ms)
  count(state)
  if was ~= 'serving' and was ~= 'scheduled' then
    patience(state == 'abandoned' and 1 or 0, waited_ms)
  end
  if state == 'abandoned' and waited_ms < rules.short_ms then
    count('abandoned_short')
  end
end

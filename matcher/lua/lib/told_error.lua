-- include: keys
-- include: now
-- include: count
-- Compare the wait that a citizen was told with what it came to, which this returns.
local function told_error(ticket, low, high, at)
  local ago = math.max(0, now - at)
  count('told')
  count('told_error_ms', math.abs(ago - 500 * (low + high)))
  count('told_actual_ms', ago)
  if 1000 * low <= ago and ago <= 1000 * high then
    count('told_inside')
  end
  call('HDEL', key('ticket', ticket), 'told_low', 'told_high', 'told_at')
  return ago
end

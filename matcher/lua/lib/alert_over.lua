-- include: keys
-- include: emit
-- The ticket can no longer be claimed.
local function alert_over(ticket)
  if call('HDEL', key('ticket', ticket), 'alerted') == 1 then
    emit('alert_over', 'ticket', ticket)
  end
end

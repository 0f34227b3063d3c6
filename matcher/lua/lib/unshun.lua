-- include: keys
-- The ticket may go to the seat again.
local function unshun(ticket, seat)
  call('ZREM', key('shun', seat), ticket)
  call('ZREM', PREFIX .. 'due', 'shun|' .. seat .. '|' .. ticket)
  local shunned = call('HGET', key('ticket', ticket), 'shunned')
  local from, to = string.find(shunned or '', ',' .. seat .. ',', 1, true)
  if from then
    shunned = string.sub(shunned, 1, from) .. string.sub(shunned, to + 1)
    if shunned == ',' then
      call('HDEL', key('ticket', ticket), 'shunned')
    else
      call('HSET', key('ticket', ticket), 'shunned', shunned)
    end
  end
end

-- include: keys
-- The ticket may go to the agent's seat again.
local function unshun(ticket, agent)
  call('ZREM', key('shun', agent), ticket)
  call('ZREM', PREFIX .. 'due', 'shun|' .. agent .. '|' .. ticket)
  local shunned = call('HGET', key('ticket', ticket), 'shunned')
  local from, to = string.find(shunned or '', ',' .. agent .. ',', 1, true)
  if from then
    shunned = string.sub(shunned, 1, from) .. string.sub(shunned, to + 1)
    if shunned == ',' then
      call('HDEL', key('ticket', ticket), 'shunned')
    else
      call('HSET', key('ticket', ticket), 'shunned', shunned)
    end
  end
end

-- include: keys
-- include: now
-- include: due
-- Put the ticket's next widening step on the sweeper's list; steps count the time spent waiting, calls left out.
local function next_step(ticket, policy, step, waited_ms)
  local steps = cjson.decode(call('HGET', key('policy', policy), 'steps'))
  local nxt = steps[step + 2]
  if nxt then
    due(now + nxt.after_ms - waited_ms, 'widen', ticket)
  end
end

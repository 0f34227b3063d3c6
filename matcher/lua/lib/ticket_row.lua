-- include: keys
-- include: explained
-- A ticket as the caller gets it: its fields, what it is about, its policy's steps; false when there is none.
local function ticket_row(ticket)
  local fields, policy = call('HGETALL', key('ticket', ticket)), nil
  if #fields == 0 then
    return false
  end
  for i = 1, #fields, 2 do
    if fields[i] == 'policy' then
      policy = fields[i + 1]
    elseif fields[i] == 'explain' then
      fields[i + 1] = explained(fields[i + 1])
    end
  end
  return { ticket, fields, call('GET', key('about', ticket)), call('HGET', key('policy', policy), 'steps') }
end

-- Stop the script rather than make a move that the tables do not allow: a mistake in the script itself.
local function allowed(moves, old, new)
  if not string.find(moves, ';' .. old .. '>' .. new .. ';', 1, true) then
    error('illegal move ' .. old .. '>' .. new)
  end
end

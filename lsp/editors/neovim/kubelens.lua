-- kubelens for Neovim. Copy to lua/kubelens.lua in your configuration and call require("kubelens").setup().
--
-- 0.11 and later use vim.lsp.config; 0.8 to 0.10 start the client when a YAML buffer opens.
local M = {}

M.config = {
  cmd = { "kubelens", "lsp" },
  filetypes = { "yaml", "helm" },
  root_markers = { "kubelens.toml", ".kubelens.toml", ".git" },
  init_options = { showsAnswers = true },
}

-- The server's commands answer with text; here it is shown in a split. Code lenses and code actions call them.
local titles = {
  ["kubelens.showRollout"] = "rollout",
  ["kubelens.showRoute"] = "routes",
  ["kubelens.references"] = "references",
  ["kubelens.explain"] = "rule",
  ["kubelens.showRendered"] = "rendered",
  ["kubelens.showPlan"] = "plan",
  ["kubelens.playScenario"] = "scenario",
}

function M.show(text, title)
  if type(text) ~= "string" or text == "" then
    vim.notify("kubelens: nothing to show", vim.log.levels.WARN)
    return
  end
  vim.cmd("new")
  vim.bo.buftype, vim.bo.bufhidden, vim.bo.swapfile = "nofile", "wipe", false
  if title == "rule" then
    vim.bo.filetype = "markdown"
  elseif title == "rendered" then
    vim.bo.filetype = "yaml"
  end
  vim.api.nvim_buf_set_lines(0, 0, -1, false, vim.split(text, "\n"))
  vim.bo.modifiable = false
end

local function run(command, context)
  local client = vim.lsp.get_client_by_id(context.client_id)
  local params = { command = command.command, arguments = command.arguments }
  local function answered(err, text)
    if err then
      vim.notify("kubelens: " .. err.message, vim.log.levels.ERROR)
      return
    end
    M.show(text, titles[command.command])
  end
  if vim.fn.has("nvim-0.11") == 1 then
    client:request("workspace/executeCommand", params, answered, context.bufnr)
  else
    client.request("workspace/executeCommand", params, answered, context.bufnr)
  end
end

local function root_of(file)
  local found = vim.fs.find(M.config.root_markers, { upward = true, path = vim.fs.dirname(file) })[1]
  return found and vim.fs.dirname(found) or vim.fs.dirname(file)
end

function M.setup(options)
  M.config = vim.tbl_deep_extend("force", M.config, options or {})
  for command in pairs(titles) do
    vim.lsp.commands[command] = run
  end
  if vim.lsp.config and vim.lsp.enable then
    vim.lsp.config("kubelens", M.config)
    vim.lsp.enable("kubelens")
    return
  end
  vim.api.nvim_create_autocmd("FileType", {
    pattern = M.config.filetypes,
    callback = function(event)
      local root = root_of(vim.api.nvim_buf_get_name(event.buf))
      local options_of = { name = "kubelens", cmd = M.config.cmd, root_dir = root, init_options = M.config.init_options }
      vim.lsp.start(options_of)
    end,
  })
end

return M

/** What the main process says in menus and dialogs of its own. The window has its words in `renderer/i18n`. */
import { app } from 'electron';

const ENGLISH = {
  file: 'File',
  view: 'View',
  openModel: 'Open Model…',
  model: 'Model',
  running: 'A training is still running.',
  runningDetail: 'Closing the window ends it, and what it has learned since the last save is lost.',
  keepOpen: 'Keep open',
  close: 'Close',
  noStart: 'Latentscape cannot start',
  noStartDetail: 'Start it from a terminal to see more, or install it again. The reason given:',
  crashed: 'The window has stopped working again.',
  crashedDetail:
    'Training goes on, and nothing that was saved is lost. If this keeps happening, update the driver of the graphics card.',
  reload: 'Try again',
  quit: 'Quit',
  mayLook: 'May Latentscape look for new versions?',
  mayLookDetail:
    'At most once a day it would ask {host} for the number of the latest version. That machine sees the network address of this one, and nothing else is sent. Without it, Latentscape never uses the network.',
  no: 'No',
  yes: 'Yes',
  newer: 'Latentscape {version} is there.',
  newerDetail: 'This is {current}. The page with the new one opens in your browser.',
  open: 'Open the page',
  later: 'Later',
};

const CHINESE: typeof ENGLISH = {
  file: '文件',
  view: '视图',
  openModel: '打开模型…',
  model: '模型',
  running: '训练仍在进行。',
  runningDetail: '关闭窗口会结束训练，上次保存之后学到的内容将会丢失。',
  keepOpen: '继续',
  close: '关闭',
  noStart: 'Latentscape 无法启动',
  noStartDetail: '请从终端启动以查看详情，或重新安装。原因：',
  crashed: '窗口再次停止工作。',
  crashedDetail: '训练仍在继续，已保存的内容不会丢失。如果反复出现，请更新显卡驱动。',
  reload: '重试',
  quit: '退出',
  mayLook: '允许 Latentscape 检查新版本吗？',
  mayLookDetail:
    '每天最多一次，向 {host} 查询最新版本号。对方能看到本机的网络地址，除此之外不发送任何内容。不允许的话，Latentscape 从不使用网络。',
  no: '不允许',
  yes: '允许',
  newer: 'Latentscape {version} 已发布。',
  newerDetail: '当前版本为 {current}。新版本的页面将在浏览器中打开。',
  open: '打开页面',
  later: '以后再说',
};

/** In the language of the system; to be called when the app is ready. */
export function words(): typeof ENGLISH {
  return app.getLocale().startsWith('zh') ? CHINESE : ENGLISH;
}

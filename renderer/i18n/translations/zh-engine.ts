import type { Catalogue } from './catalogue';

/** 引擎所说的话：键与值来自 `main/contract/english.ts`。 */
export const zhEngine: Catalogue['engine'] = {
  'not-found': {
    path: '“{{path}}”处什么也没有。请检查路径，或选择别的路径。',
    unreadable: '无法读取“{{path}}”：{{detail}}。',
    'folder-missing': '无法写入“{{path}}”：它所在的文件夹不存在。请先创建。',
    'folder-is-file': '“{{path}}”是文件，不是文件夹。请选择它所在的文件夹。',
    'images-is-file': '“{{path}}”是文件，不是文件夹。请选择存放图片的文件夹。',
    'model-closed': '此模型已经关闭。请重新打开。',
    mixture: '本次会话中还没有为此模型拟合混合分布。请先拟合。',
    'training-film': '“{{name}}”没有训练影片：它在别处训练，或训练时还没有录制影片的功能。',
    'unfinished-run': '“{{out}}”没有未完成的训练。它可能已经完成，或已被丢弃。',
    run: '找不到这次训练了。请重新加载窗口。',
  },

  'no-access': {
    read: '当前用户无权读取“{{path}}”。请更改权限，或复制一份。',
    write: '当前用户无权写入“{{path}}”。请选择别的位置。',
  },

  'no-images': {
    none: '“{{folder}}”及其子文件夹中没有图片。请选择含有 PNG、JPEG、WebP、GIF、AVIF 或 TIFF 文件的文件夹。',
    unreadable_other:
      '“{{folder}}”中的 {{count}} 张图片都无法读取，第一张是 {{first}}（{{reason}}）。请选择别的文件夹。',
    'no-readable': '“{{folder}}”中没有可以读取的图片。请选择别的文件夹。',
    'too-few_other':
      '“{{folder}}”中只有 {{count}} 张可用的图片；训练至少需要 {{least}} 张，要学会人脸则需要几百张。请添加图片，或选择别的文件夹。',
    'too-few-to-score': '“{{folder}}”中只有一张可用的图片，评分至少需要两张。请选择别的文件夹。',
    'too-few-for-mixture':
      '拟合混合分布至少需要 {{least}} 张图片的编码，而这里只有 {{count}} 个。请选择图片更多的模型。',
  },

  'bad-image': {
    unusable: '“{{file}}”无法使用：{{reason}}。请给出两个图片文件。',
  },

  'not-onnx': {
    file: '“{{where}}”不是 ONNX 模型，或已损坏。请选择由 PyTorch、Keras 或 JAX 导出的 .onnx 文件。',
  },

  'bad-model': {
    'not-a-model': '“{{where}}”不是模型：其中没有 model.json。请选择模型的文件夹，或直接选择 ONNX 解码器。',
    'zip-without-model': '“{{where}}”中没有模型：缺少 model.json。',
    'zip-broken': 'zip 文件“{{where}}”已损坏。请重新复制或下载。',
    'file-missing': '“{{where}}”缺少文件 {{name}}。请重新复制整个模型。',
    'file-changed': '“{{where}}”中的 {{name}} 与保存模型时的不同：它被改动过或已损坏。请重新复制模型。',
    'manifest-not-json': '“{{where}}”的 model.json 不是有效的 JSON。请重新复制模型。',
    'manifest-newer':
      '“{{where}}”由更新版本的 Latentscape 写出（格式 {{format}}，此版本只能读到格式 {{readable}}）。请升级 Latentscape。',
    'manifest-invalid': '“{{where}}”的 model.json 在“{{at}}”处无效：{{detail}}。',
    'no-decoder': '“{{where}}”的 model.json 没有列出 decoder.onnx。',
    'sizes-disagree':
      '“{{where}}”自相矛盾：model.json 说编码有 {{latentSize}} 个数、图片为 {{image}}，而解码器的输入是 {{takes}}，输出是 {{gives}}。',
    'log-variances-length': '“{{where}}”自相矛盾：log-variances.npy 与 codes.npy 长度不同。请重新复制模型。',
    'encoder-sizes': '“{{where}}”的编码器与 model.json 不符（图片为 {{image}}，编码有 {{latentSize}} 个数）。',
    'faces-invalid': '无法理解“{{where}}”的内容。请重新复制模型。',
    'names-count': '“{{where}}”的 {{file}} 没有列出全部 {{count}} 张人脸的名称。请重新复制模型。',
    'film-invalid': '“{{where}}”的影片无法使用：各部分对不上。请重新复制模型。',
    'only-decoder': '“{{path}}”只有解码器，不能把图片变成编码。',
    'only-decoder-to-score': '“{{path}}”只有解码器：没有编码器，就无法用图片评分。',
    'no-codes-to-score': '“{{path}}”不含训练图片的编码，只能用图片文件夹来评分。',
    'no-codes-for-mixture': '“{{path}}”不含训练图片的编码，无法拟合混合分布。请从先验采样。',
    'no-codes-for-holes': '“{{path}}”不含图片的编码：没有可供探查的点云。',
    'nothing-to-measure-holes': '“{{path}}”既没有编码器，也没有编码：无从测量它的空洞。',
    'no-posterior': '“{{path}}”把每张图片映射为一个点：没有后验，也就没有下界。',
    'no-likelihood': '“{{where}}”没有说明图片服从什么分布（似然为 {{likelihood}}），因此无法计算下界。',
    'scores-not-kept': '“{{path}}”不是模型文件夹，评分无法随它保存。请先解压。',
    'cannot-run': 'onnxruntime 无法运行“{{where}}”：{{detail}}',
    'run-failed': '“{{where}}”运行失败：{{detail}}',
    'output-size': '“{{where}}”的输出“{{output}}”对 {{rows}} 个编码给出了 {{numbers}} 个数，不能平均分给每个编码。',
    'no-code-input': '“{{where}}”没有可以作为编码的 32 位浮点输入（它的输入：{{inputs}}）。请以 float32 导出解码器。',
    'code-size-open': '“{{where}}”没有说明一个编码有多少个数（它的输入：{{inputs}}）。导出时请只让批大小保持可变。',
    'takes-images': '“{{where}}”的输入是 {{inputs}}，看起来像图片而不是编码。请选择解码器的文件，而不是编码器的。',
    'input-type': '“{{where}}”需要类型为 {{type}} 的输入“{{name}}”，无法提供。',
    'not-finite': '即使输入普通的编码，“{{where}}”也会输出非有限的数。',
    'no-image-output': '“{{where}}”的输出是 {{outputs}}，不是正方形的灰度或 RGB 图片。请选择解码器，或修正其布局。',
    'not-npy': '“{{where}}”不是存放数值的 NumPy .npy 文件。请用 numpy.save 保存。',
    'npy-type': '“{{where}}”中是 {{dtype}} 类型的值，不是实数。请保存为 float32。',
    'npy-shape': '“{{where}}”中数组的形状是 ({{shape}})；此模型需要的形状是 (count, {{latentSize}})。',
    'npy-cut': '“{{where}}”不完整：应有 {{count}} 行。请重新复制。',
    'npy-not-finite': '“{{where}}”中有非有限的数。',
    'family-invalid': '无法理解“{{file}}”的内容：{{detail}}。请重新安装应用。',
    'run-other-networks': '“{{out}}”未完成的训练由另一版本开始，网络不同。请丢弃它并重新训练。',
    'run-invalid': '“{{file}}”无效（{{detail}}）。请丢弃这次训练并重新开始。',
    'checkpoint-damaged': '检查点“{{file}}”已损坏，或来自另一版本。请丢弃这次训练并重新开始。',
    'cloud-parts':
      '无法显示此模型的点云：{{count}} 张人脸、它们的位置和 {{sheets}} 张缩略图对不上。请重新生成模型的缩略图，或打开别的模型。',
  },

  'bad-settings': {
    problems: '{{problems}}',
    folder: '“{{path}}”是文件夹。请给出其中一个文件的名称。',
    'not-a-file': '“{{path}}”是设备或管道，不是文件。请给出文件的名称。',
    'folder-is-file': '“{{path}}”是文件。请为文件夹换一个名称。',
    'folder-in-use': '“{{path}}”中除了{{what}}还有别的内容（{{stranger}}），它们会丢失。{{advice}}',
    'too-many-codes': '一次最多解码 {{most}} 个编码。',
    'codes-length': '{{numbers}} 个数凑不成整数个编码：“{{path}}”的编码有 {{latentSize}} 个数。',
    'film-length': '影片应有 1 到 {{most}} 帧，而不是 {{count}} 帧。请录制较短的飞行。',
    'film-rate': '影片每秒应有 1 到 {{most}} 帧，而不是 {{fps}} 帧。',
    'image-size': '保存的图片边长应为 {{least}} 到 {{most}} 像素，而不是 {{size}}。',
    'sheet-size': '{{count}} 张 {{image}} 的图片会拼成 {{sheet}} 像素的大图；每边最多 {{most}} 像素。请减少数量。',
    'importance-samples': '重要性采样数必须是 1 到 {{most}} 的整数，而不是 {{count}}。',
    samples: '一次可以采样 1 到 {{most}} 个，而不是 {{count}} 个。',
    'factors-table': '“{{file}}”不是因子表：第一列必须名为“file”，并且每行的格数必须与首行相同。',
    latents: '坐标系需要三个不同的潜变量；此模型共有 {{latentSize}} 个。',
    faces: '坐标系需要四张不同的人脸；此点云共有 {{count}} 张。',
    directions: '坐标系需要一到三个方向，每个方向 {{latentSize}} 个数，且不能全为零。',
    'hole-side': '空洞网格每边应有 {{sides}} 个点，而不是 {{side}} 个。',
    'hole-cube': '寻找空洞的立方体需要一个中心和大于 0 的半径。',
    neighbours: '此模型一个编码最多查找 {{most}} 个近邻。',
    'path-frames': '路径应有 2 到 {{most}} 帧，而不是 {{frames}} 帧。',
    'path-stops': '路径应经过 2 到 {{most}} 个位置，且相邻的位置各不相同；现在有 {{count}} 个。',
    bookmarks: '这些书签与“{{name}}”不符，或超过了 {{most}} 个。请删去一些再试。',
    'face-groups': '这些分组与“{{name}}”不符，或超过了 {{most}} 个，或有名称超过 {{longest}} 个字符。请修改后再试。',
    'layout-input': '除编码外，“{{where}}”没有名为“{{name}}”的输入。请修正布局。',
    'layout-output_other':
      '“{{where}}”的输出是 {{outputs}}，与 {{width}}×{{height}} 像素、{{count}} 个通道不符。请修正布局。',
    'layout-known': '“{{path}}”自己说明了图片的布局，无需修正。',
    'images-changed': '训练开始之后，“{{folder}}”中的图片有变动，无法照原样继续。请恢复这些图片，或开始新的训练。',
    'model-among-images':
      '“{{out}}”位于图片文件夹“{{images}}”之内：下次训练会把模型自己的图片也学进去。请选择文件夹之外的位置。',
    'run-unfinished':
      '“{{out}}”有一次未完成的训练，保存在第 {{step}} 步（共 {{steps}} 步）。请继续它、丢弃它，或为此模型选择别的位置。',
    'prepared-damaged': '“{{folder}}”不是准备好的数据集，或已损坏。请重新准备图片。',
    'assembled-damaged': '“{{run}}”中的训练已损坏。请重新训练，或重新复制。',
    'assembled-weights': '“{{run}}”中的训练已损坏：权重“{{name}}”与网络不符。',
    'assembled-images': '“{{run}}”中的训练用的图片与“{{data}}”中的不同。',
    'experiment-folder': '“{{folder}}”不是空的，其中也没有说明实验设置的 {{plan}}。请选择空文件夹。',
    'experiment-plan':
      '“{{folder}}”中是另一种设置的实验（{{what}}），不同设置的结果不能混在一起。请选择别的文件夹，或删除它。',
    'experiment-file': '“{{file}}”已损坏。删除它之后，其中的内容会重新测量。',
    'experiment-size': '请在 --quick（几分钟，小网络）和 --full（将近一小时）中选择一个。',
    seed: '随机种子必须是 0 到 {{most}} 的整数，而不是 {{seed}}。',
    'option-whole-number': '{{option}} 必须是 {{least}} 到 {{most}} 的整数，而不是 {{value}}。',
    'option-one-of': '{{option}} 必须是 {{values}} 之一，而不是 {{value}}。',
    'option-file': '{{option}} 必须以 {{first}} 或 {{second}} 结尾，而不是“{{name}}”。',
    'option-fixed':
      '“{{out}}”未完成的训练开始时用的是 {{option}} {{value}}，中途不能更改。请去掉该选项以继续训练，或用 --restart 丢弃它。',
    'train-unfinished': '{{out}} 有一次未完成的训练，保存在第 {{step}} 步。请用 --resume 继续，或用 --restart 丢弃它。',
  },

  'no-memory': {
    images:
      '{{count}} 张 {{size}}×{{size}} 像素的图片需要 {{needed}} GB 内存，而可用的只有 {{free}} GB。请减少图片或减小尺寸。',
    run: '这次训练约需 {{needed}} GB 内存，而可用的只有 {{free}} GB。请减小批大小、图片尺寸或网络宽度，或关闭其他程序。',
    'ran-out': '内存不足，无法继续。请关闭其他程序，或减小批大小、图片尺寸或网络宽度。',
    'run-killed': '内存耗尽，系统结束了训练进程。{{kept}}',
    frame: '内存不足，无法处理这么多编码。请关闭其他程序。',
  },

  'no-space': {
    full: '磁盘已满：无法写入“{{path}}”。请释放空间，或选择另一块磁盘上的文件夹。',
    write: '无法写入“{{path}}”：{{detail}}。',
  },

  'no-device': {
    card: '这台电脑无法用显卡训练：{{problem}}。请改用处理器训练（设备“cpu”）。',
    webgl:
      '此窗口无法绘制 3D 画面，因为 WebGL 2 已关闭或不受支持。如果硬件加速已关闭，请将它打开；或更新显卡驱动，然后重新打开 Latentscape。',
  },

  diverged: {
    loss: '损失在第 {{step}} 步不再是有限的数：{{cause}}。{{advice}}',
    measurement: '留出图片上的误差在第 {{step}} 步不再是有限的数：{{cause}}。{{advice}}',
  },

  cancelled: {
    request: '已取消。',
    'other-frame': '已选择另一个坐标系。',
    'model-closed': '模型已关闭。',
    'model-in-use': '“{{where}}”在使用中被关闭。',
  },

  'process-died': {
    'engine-restarted': '引擎意外停止，现已重新启动。请重复刚才的操作。',
    'engine-ended': '引擎意外停止。请关闭 Latentscape 后重新启动。',
    stopped: 'Latentscape 已停止。请重新启动以继续。',
    'no-answer': 'Latentscape 在此地址没有响应。请重新启动，并打开它显示的地址。',
    training: '训练进程意外结束（{{how}}），可能是内存不足。{{kept}}',
    scoring: '评分意外结束（{{how}}），可能是内存不足。请关闭其他程序后再试。',
    drawing: '绘制人脸意外结束（{{how}}）。请减少数量后再试。',
  },

  busy: {
    training: '“{{name}}”仍在训练。请等它完成、停止它或取消它，然后再开始这次训练。',
    'run-locked': '另一个进程正在训练“{{out}}”。请等它完成或停止它，或为此模型换一个名称。',
  },

  internal: {
    request: 'Latentscape 内部出错（在“{{request}}”中）。详情见终端或日志。',
    'not-sent': '无法把请求“{{request}}”发送给引擎：{{detail}}',
    'unknown-request': '引擎没有“{{request}}”这个请求。',
    frame: '处理此模型的编码时出错。请再试一次。',
  },

  unreadable: {
    gone: '文件已不存在',
    'no-access': '当前用户无权读取',
    empty: '文件是空的',
    'too-large': '超过 2.68 亿像素',
    format: '不支持 {{format}}，请另存为 PNG 或 JPEG',
    'no-image': '不是图片，或文件开头已损坏',
    broken: '已损坏或不完整',
    detail: '{{detail}}',
  },

  folder: {
    model: '模型',
    prepared: '准备好的数据集',
    experiment: '实验',
    figures: '报告的插图',
    run: '未完成的训练',
    'synthetic-faces': '合成人脸',
    'beta-family': 'β 模型族',
  },

  card: {
    none: '没有找到带可用 Vulkan、Metal 或 Direct3D 12 驱动的显卡',
    driver: '显卡驱动出错',
    wrong: '显卡的计算结果有误',
    silent: '显卡在 {{seconds}} 秒内没有响应，电脑可能太忙',
  },

  cause: {
    kl: '编码器的对数方差爆炸（KL 项失控），很可能是学习率 {{rate}} 太高',
    sigma: '学到的 σ 失控，变为 {{sigma}}，很可能是学习率 {{rate}} 太高',
    gradient: '梯度爆炸（范数升至 {{norm}}），很可能是学习率 {{rate}} 太高',
    rate: '学习率 {{rate}} 很可能太高（通常为 0.001）',
    batch: '很可能是某一批数据使梯度爆炸',
  },

  advice: {
    'other-folder': '请选择空文件夹，或换一个名称。',
    'other-name': '请为模型换一个名称。',
    continue: '第 {{step}} 步的最后一个有效检查点已保留：请用{{how}}从那里继续。',
    restart: '当时还没有检查点。请用{{how}}重新开始。',
    rate: '更低的学习率（例如 {{rate}}）',
    'rate-or-clip': '更低的学习率（例如 {{rate}}），或加上梯度裁剪，',
  },

  kept: {
    checkpoint: '第 {{step}} 步之前的内容都已保存，可以继续这次训练。',
    nothing: '以前的模型不受影响。请试试更小的批大小或图片尺寸。',
  },

  problem: {
    missing: '缺少{{setting}}。',
    number: '{{setting}}必须是 {{least}} 到 {{most}} 的数。',
    'whole-number': '{{setting}}必须是 {{least}} 到 {{most}} 的整数。',
    'whole-number-not': '{{setting}}必须是 {{least}} 到 {{most}} 的整数，而不是 {{value}}。',
    'one-of': '{{setting}}必须是 {{values}} 之一。',
    'on-or-off': '{{setting}}只能开或关。',
    'size-28': '28 像素的图片需要“perceptron”网络：卷积网络会把图片逐次减半到 4 像素。',
    adversarial:
      '判别器评判的是卷积网络画出的图片：请让网络保持“convolutional”、似然保持“gaussian”、重要性样本数为 1，或让对抗训练比例为 0。',
    'importance-weighted': '重要性加权下界没有单独的 KL 项：请让 β 为 1、预热和自由比特为 0，或只用 1 个重要性样本。',
  },

  setting: {
    kind: '模型种类',
    images: '图片文件夹',
    out: '模型文件夹',
    name: '模型名称',
    imageSize: '图片尺寸',
    latentSize: '编码维数',
    epochs: '轮数',
    batchSize: '批大小',
    beta: 'β',
    learningRate: '学习率',
    seed: '随机种子',
    align: '对齐人脸',
    from: '起始模型',
    network: '网络',
    width: '网络宽度',
    residualBlocks: '残差块数',
    likelihood: '似然',
    warmUp: '预热',
    freeBits: '自由比特',
    importanceSamples: '重要性样本数',
    codeWeight: '编码权重',
    schedule: '学习率计划',
    weightDecay: '权重衰减',
    clipNorm: '梯度裁剪范数',
    averageDecay: '滑动平均衰减',
    adamEpsilon: 'Adam 的 ε',
    mirror: '镜像',
    shift: '平移',
    crop: '裁剪',
    colour: '颜色抖动',
    binarise: '二值化',
    validation: '验证比例',
    patience: '耐心值',
    adversarial: '对抗训练比例',
    optimiser: '优化器',
    device: '计算设备',
    checkpointSteps: '检查点间隔步数',
    faceCount: '人脸数量',
    faceSeed: '随机种子',
    faceSize: '尺寸',
  },
};

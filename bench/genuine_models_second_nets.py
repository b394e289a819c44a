"""Checkpoints and whole modules of the second set; see `genuine_models_second.py`."""

# ruff: noqa: E501

import runpy
from pathlib import Path

DATA = runpy.run_path(str(Path(__file__).with_name("genuine_models_everyday_nets.py")))["DATA"]

TORCH = (
    """
from torch.utils.data import *
from torch.nn.utils.rnn import pack_sequence, pad_sequence
import enum, uuid, decimal, zoneinfo
""",
    """
keep({"model": net.state_dict(), "optimizer": stepped().state_dict(), "model_args": {"n_layer": 2, "bias": False}, "iter_num": 5, "best_val_loss": torch.tensor(1.5), "config": {"device": "cpu", "dtype": "bfloat16"}}, ".pt")
keep({"epoch": 1, "global_step": 10, "pytorch-lightning_version": "2.1", "state_dict": net.state_dict(), "loops": {}, "callbacks": {}, "optimizer_states": [stepped().state_dict()], "lr_schedulers": [], "hparams_name": "kwargs", "hyper_parameters": {"lr": 0.1}}, ".ckpt")
keep({"meta": {"epoch": 1, "CLASSES": ("a", "b"), "PALETTE": [[0, 0, 0]], "time": "now"}, "state_dict": net.state_dict(), "message_hub": {"log_scalars": collections.OrderedDict()}}, ".pth")
keep({"args": None, "cfg": {"model": argparse.Namespace(arch="transformer")}, "model": net.state_dict(), "criterion": None, "optimizer_history": [{"num_updates": 3}], "extra_state": {"train_iterator": {"epoch": 1}, "val_loss": 0.4}}, ".pt")
keep({"G": net.state_dict(), "D": copy.deepcopy(net).state_dict(), "opt_G": stepped().state_dict(), "fixed_noise": torch.randn(2, 3), "losses": [(0.1, 0.2)]}, ".tar")
keep({"actor": net.state_dict(), "replay": collections.deque([(np.zeros(3), 1, 0.5, np.zeros(3), False)], maxlen=9), "epsilon": 0.1, "rewards": [np.float32(1)]}, ".pth")
keep({"vocab": {"<pad>": 0}, "itos": ["<pad>"], "embedding": torch.randn(1, 3), "model": nn.Embedding(3, 2, padding_idx=0), "counter": collections.Counter("ab"), "max_len": np.int64(5)}, ".pt")
keep({"model": net, "transforms": None, "labels": {0: "a"}, "id": uuid.uuid4(), "time": datetime.datetime.now(datetime.timezone.utc), "path": pathlib.Path("a/b"), "price": decimal.Decimal("1.5")}, ".pt")
keep([net.state_dict(), copy.deepcopy(net).state_dict()], ".pt")
keep(list(net.parameters()), ".pt")
keep(dict(net.named_parameters()), ".pt")
keep(net[0].weight, ".pt")
keep(nn.ParameterList([nn.Parameter(torch.ones(2))]), ".pt")
keep(nn.ParameterDict({"a": nn.Parameter(torch.ones(2))}), ".pt")
keep(nn.Sequential(collections.OrderedDict([("conv", nn.Conv2d(1, 2, 3)), ("bn", nn.BatchNorm2d(2, affine=False)), ("act", nn.ReLU6()), ("pool", nn.AvgPool2d(2)), ("drop", nn.Dropout2d(0.1)), ("fc", nn.LazyLinear(2))])), ".pt")
keep(nn.Sequential(nn.GRUCell(2, 3), nn.LSTMCell(2, 3), nn.RNN(2, 3), nn.Embedding.from_pretrained(torch.ones(3, 2))), ".pt")
keep(nn.Sequential(nn.SyncBatchNorm(2), nn.LayerNorm([2, 2]), nn.LocalResponseNorm(2), nn.ChannelShuffle(1), nn.Fold((4, 4), 2), nn.Unfold(2), nn.ZeroPad2d(1), nn.ConstantPad1d(1, 0.0), nn.CosineSimilarity(), nn.PairwiseDistance(), nn.MaxUnpool2d(2), nn.FractionalMaxPool2d(2, output_size=3), nn.AdaptiveMaxPool2d(2), nn.Softplus(), nn.Hardtanh(), nn.LogSigmoid(), nn.Softmin(1), nn.Threshold(0, 1), nn.RReLU(), nn.AlphaDropout()), ".pt")
keep([nn.KLDivLoss(), nn.HuberLoss(), nn.NLLLoss(torch.ones(2)), nn.CosineEmbeddingLoss(), nn.MarginRankingLoss(), nn.GaussianNLLLoss(), nn.MultiLabelSoftMarginLoss(), nn.PoissonNLLLoss(), nn.TripletMarginWithDistanceLoss(distance_function=nn.PairwiseDistance()), nn.AdaptiveLogSoftmaxWithLoss(4, 9, [3])], ".pt")
keep(optim.LBFGS(net.parameters()).state_dict(), ".pt")
keep(stepped(optim.AdamW, weight_decay=0.1, amsgrad=True, fused=False), ".pt")
keep(stepped(optim.Adafactor).state_dict(), ".pt")
keep({"optimizer": stepped(optim.SGD, momentum=0.9), "scheduler": lr_scheduler.StepLR(stepped(optim.SGD), 2)}, ".pt")
keep([lr_scheduler.ExponentialLR(stepped(), 0.9), lr_scheduler.CyclicLR(stepped(optim.SGD, momentum=0.9), 0.1, 0.2), lr_scheduler.PolynomialLR(stepped(), 3), lr_scheduler.LinearLR(stepped())], ".pt")
keep(lr_scheduler.SequentialLR(*(lambda o: (o, [lr_scheduler.LinearLR(o), lr_scheduler.CosineAnnealingLR(o, 3)], [2]))(stepped())).state_dict(), ".pt")
keep(ConcatDataset([TensorDataset(torch.ones(3)), Subset(TensorDataset(torch.ones(3)), [0])]), ".pt")
keep({"x": pad_sequence([torch.ones(2), torch.ones(3)]), "packed": pack_sequence([torch.ones(3, 1), torch.ones(2, 1)]), "mask": torch.ones(3, dtype=torch.bool), "complex": torch.view_as_complex(torch.ones(3, 2)), "view": torch.arange(9).reshape(3, 3).T[1:], "half": torch.ones(2, dtype=torch.float16), "i16": torch.ones(2, dtype=torch.int16), "scalar": torch.tensor(3)}, ".pt")
keep(torch.nn.utils.skip_init(nn.Linear, 2, 2), ".pt")
keep({"dtypes": [torch.float16, torch.bool], "layout": torch.strided, "format": torch.channels_last, "device": torch.device("cuda:0"), "version": torch.__version__, "finfo": torch.finfo(torch.float32).eps}, ".pt")
keep(torch.ao.quantization.convert(torch.ao.quantization.prepare((lambda m: setattr(m, "qconfig", torch.ao.quantization.get_default_qconfig("fbgemm")) or m)(nn.Sequential(torch.ao.quantization.QuantStub(), nn.Linear(5, 2), torch.ao.quantization.DeQuantStub()).eval()))), ".pt")
keep(torch.nn.utils.parametrizations.orthogonal(nn.Linear(3, 3)).state_dict(), ".pt")
keep(net.state_dict(), "", _use_new_zipfile_serialization=True)
keep({f"layers.{n}.weight": torch.ones(2) for n in range(300)}, ".bin")
keep(collections.OrderedDict(sorted(net.state_dict().items())), ".pth")
pickle.dump([t.numpy() for t in net.parameters() if not t.requires_grad] or [t.detach().numpy() for t in net.parameters()], open(PATH + ".pkl", "wb"))
pickle.dump({"state": {k: v for k, v in net.state_dict().items()}, "epoch": torch.tensor(3)}, open(PATH + ".pkl", "wb"), 3)
""",
)
VISION = {
    "torchvision": (
        "import torchvision\nfrom torchvision import datasets, models, ops, transforms as T, tv_tensors\n",
        """
keep(models.vgg11_bn(num_classes=2).features, ".pth")
keep(models.alexnet(num_classes=2).classifier, ".pth")
keep(models.inception_v3(num_classes=2, init_weights=False).state_dict(), ".pth")
keep(models.wide_resnet50_2(num_classes=2).layer1, ".pth")
keep((lambda m: setattr(m, "fc", nn.Sequential(nn.Dropout(), nn.Linear(512, 2))) or m)(models.resnet34()), ".pth")
keep({"model_state": models.efficientnet_v2_s(num_classes=2).features[0].state_dict(), "epoch": 3}, ".pth")
keep(models.maxvit_t(num_classes=2).stem, ".pth")
keep(models.segmentation.fcn_resnet50(weights_backbone=None, num_classes=2), ".pth")
keep(models.detection.retinanet_resnet50_fpn(weights_backbone=None, num_classes=2).head, ".pth")
keep(models.detection.ssdlite320_mobilenet_v3_large(weights_backbone=None, num_classes=2).anchor_generator, ".pth")
keep(models.video.r3d_18(num_classes=2).stem, ".pth")
keep(ops.MLP(2, [3]), ".pth")
keep([ops.FrozenBatchNorm2d(2), ops.MultiScaleRoIAlign(["0"], 7, 2), ops.StochasticDepth(0.1, "row"), ops.SqueezeExcitation(4, 2), ops.Conv2dNormActivation(1, 2)], ".pth")
keep(T.Compose([T.RandomApply([T.GaussianBlur(3)], 0.3), T.RandAugment(), T.AutoAugment(), T.RandomAffine(5), T.RandomPerspective(), T.Pad(1), T.TenCrop(3), T.ConvertImageDtype(torch.float16), T.RandomChoice([T.RandomInvert()])]), ".pth")
keep({"boxes": tv_tensors.BoundingBoxes(torch.ones(1, 4), format="XYXY", canvas_size=(4, 4)), "image": tv_tensors.Image(torch.ones(3, 2, 2))}, ".pth")
""",
    ),
    "timm": (
        "import timm\n",
        """
keep(timm.create_model("resnet18", num_classes=2).layer1, ".pth")
keep(timm.create_model("efficientnetv2_rw_t", num_classes=2).blocks[0], ".pth")
keep(timm.create_model("regnetx_002", num_classes=2), ".pth")
keep(timm.create_model("mixer_s32_224", num_classes=2).blocks[0], ".pth")
keep(timm.create_model("mobilevit_xxs", num_classes=2), ".pth")
keep(timm.create_model("levit_128s", num_classes=2), ".pth")
keep(timm.create_model("ghostnet_050", num_classes=2), ".pth")
keep(timm.create_model("densenet121", num_classes=2).features.denseblock1, ".pth")
keep(timm.create_model("eva02_tiny_patch14_224", num_classes=2).blocks[0], ".pth")
keep({"state_dict": timm.create_model("resnet10t").state_dict(), "ema": timm.utils.ModelEmaV3(timm.create_model("resnet10t")).state_dict(), "optimizer": timm.optim.create_optimizer_v2(net, "lamb").state_dict()}, ".pth")
""",
    ),
    "segmentation-models-pytorch": (
        "import segmentation_models_pytorch as smp\n",
        """
keep(smp.Unet("resnet18", encoder_weights=None, decoder_channels=(16, 8, 8, 4, 4)).decoder, ".pth")
keep(smp.FPN("mobilenet_v2", encoder_weights=None), ".pth")
keep(smp.losses.DiceLoss("binary"), ".pth")
""",
    ),
}
WORDS = {
    "transformers": (
        """
from transformers import *
from tokenizers import Tokenizer, models, pre_tokenizers
tiny = {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 16, "vocab_size": 60}
def vocabulary(kind, name="vocab.txt", **given):
    folder = PATH + "_v"
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, name), "w") as file:
        file.write("\\n".join(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "see", "you", "now"]))
    made = kind(os.path.join(folder, name), **given)
    __import__("shutil").rmtree(folder)
    return made
""",
        """
keep(BertForQuestionAnswering(BertConfig(**tiny)), ".pt")
keep(BertForMaskedLM(BertConfig(**tiny)), ".pt")
keep(AlbertForSequenceClassification(AlbertConfig(**tiny, embedding_size=8)), ".pt")
keep(MistralForCausalLM(MistralConfig(**tiny, num_key_value_heads=1)), ".pt")
keep(Qwen2ForCausalLM(Qwen2Config(**tiny, num_key_value_heads=1)), ".pt")
keep(GemmaForCausalLM(GemmaConfig(**tiny, num_key_value_heads=1, head_dim=8)), ".pt")
keep(OPTForCausalLM(OPTConfig(vocab_size=60, hidden_size=16, num_hidden_layers=1, num_attention_heads=2, ffn_dim=16, word_embed_proj_dim=16)), ".pt")
keep(CLIPModel(CLIPConfig(text_config={**tiny, "bos_token_id": 0, "eos_token_id": 1}, vision_config={"hidden_size": 16, "intermediate_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "image_size": 32, "patch_size": 16})), ".pt")
keep(Wav2Vec2ForCTC(Wav2Vec2Config(**tiny, conv_dim=(8, 8), conv_kernel=(3, 3), conv_stride=(2, 2), num_feat_extract_layers=2, num_conv_pos_embeddings=8, num_conv_pos_embedding_groups=2)), ".pt")
keep(SegformerForSemanticSegmentation(SegformerConfig(num_encoder_blocks=1, depths=[1], hidden_sizes=[8], num_attention_heads=[1], decoder_hidden_size=8)), ".pt")
keep(ResNetForImageClassification(ResNetConfig(embedding_size=4, hidden_sizes=[4], depths=[1])), ".pt")
pickle.dump(vocabulary(BertTokenizer), open(PATH + ".pkl", "wb"))
pickle.dump(vocabulary(BertTokenizerFast), open(PATH + ".pkl", "wb"))
pickle.dump(vocabulary(DistilBertTokenizerFast), open(PATH + ".pkl", "wb"))
pickle.dump([CLIPImageProcessor(), Wav2Vec2FeatureExtractor(), WhisperFeatureExtractor()], open(PATH + ".pkl", "wb"))
pickle.dump(BertForSequenceClassification(BertConfig(**tiny))(torch.ones(1, 3, dtype=torch.long), output_hidden_states=True), open(PATH + ".pkl", "wb"))
keep({"model": BertModel(BertConfig(**tiny)).state_dict(), "config": BertConfig(**tiny).to_dict(), "args": TrainingArguments(PATH + "_o", report_to=[]).to_dict()}, ".pt")
pickle.dump(BitsAndBytesConfig(load_in_8bit=True), open(PATH + ".pkl", "wb"))
pickle.dump([LlamaConfig(), T5Config(), ViTConfig()], open(PATH + ".pkl", "wb"))
""",
    ),
    "diffusers": (
        "from diffusers import *\n",
        """
keep(UNet2DConditionModel(block_out_channels=(8, 8), layers_per_block=1, down_block_types=("CrossAttnDownBlock2D", "DownBlock2D"), up_block_types=("UpBlock2D", "CrossAttnUpBlock2D"), norm_num_groups=4, cross_attention_dim=8, attention_head_dim=4), ".pt")
keep(VQModel(block_out_channels=(8,), norm_num_groups=4), ".pt")
keep(AutoencoderTiny(encoder_block_out_channels=(8,), decoder_block_out_channels=(8,), num_encoder_blocks=(1,), num_decoder_blocks=(1,)), ".pt")
pickle.dump([PNDMScheduler(9), LMSDiscreteScheduler(9), UniPCMultistepScheduler(9), FlowMatchEulerDiscreteScheduler(9)], open(PATH + ".pkl", "wb"))
keep({"unet": UNet2DModel(8, block_out_channels=(8,), down_block_types=("DownBlock2D",), up_block_types=("UpBlock2D",), norm_num_groups=4).config}, ".pt")
""",
    ),
    "accelerate": (
        "from accelerate import Accelerator\n",
        """
(lambda a: a.save_state(PATH))((lambda a: a.prepare(copy.deepcopy(net), optim.Adam(net.parameters())) and a)(Accelerator(cpu=True)))
""",
    ),
}
OTHERS = {
    "torch-geometric": (
        "from torch_geometric.data import *\nfrom torch_geometric.nn import *\n",
        """
keep(Data(x=torch.ones(3, 2), edge_index=torch.tensor([[0, 1], [1, 2]]), y=torch.tensor([1])), ".pt")
keep(Batch.from_data_list([Data(x=torch.ones(2, 2), edge_index=torch.tensor([[0], [1]]))] * 2), ".pt")
keep(GCN(2, 4, 2, 1).state_dict(), ".pt")
keep([GCNConv(2, 3), GATConv(2, 3, heads=2), SAGEConv(2, 3)], ".pt")
keep((lambda d: setattr(d["a"], "x", torch.ones(2, 2)) or d)(HeteroData()), ".pt")
""",
    ),
    "skorch": (
        "from skorch import NeuralNetClassifier, NeuralNetRegressor\nfrom sklearn.pipeline import make_pipeline\nfrom sklearn.preprocessing import StandardScaler\n",
        """
NeuralNetClassifier(nn.Sequential(nn.Linear(5, 2), nn.Softmax(-1)), max_epochs=1, verbose=0).fit(X, y)
make_pipeline(StandardScaler(), NeuralNetRegressor(nn.Sequential(nn.Linear(5, 1)), max_epochs=1, verbose=0)).fit(X, X[:, :1])
""",
    ),
    "pytorch-tabnet": (
        "from pytorch_tabnet.tab_model import *\n",
        """
(lambda m: m.fit(X, y, max_epochs=1, batch_size=20) or m.save_model(PATH))(TabNetClassifier(verbose=0))
(lambda m: m.fit(X, X[:, :1], max_epochs=1, batch_size=20) or keep(m.network, ".pt"))(TabNetRegressor(verbose=0))
""",
    ),
    "gpytorch": (
        "import gpytorch\nfrom gpytorch.kernels import *\n",
        """
keep(ScaleKernel(RBFKernel(ard_num_dims=2)), ".pt")
keep(gpytorch.likelihoods.GaussianLikelihood().state_dict(), ".pt")
keep([gpytorch.means.ConstantMean(), PeriodicKernel() + MaternKernel(1.5), gpytorch.likelihoods.GaussianLikelihood()], ".pt")
""",
    ),
    "torchmetrics": (
        "from torchmetrics import *\nfrom torchmetrics.classification import *\nfrom torchmetrics.regression import *\n",
        """
keep(MetricCollection({"acc": MulticlassAccuracy(3), "f1": MulticlassF1Score(3, average="macro")}, prefix="val/"), ".pt")
keep([MulticlassConfusionMatrix(3), BinaryAUROC(), BinaryAveragePrecision(thresholds=9), R2Score(), MeanAbsoluteError(), MeanMetric(), PearsonCorrCoef()], ".pt")
""",
    ),
    "monai": (
        "from monai.networks.nets import *\nfrom monai.losses import *\nfrom monai.transforms import *\n",
        """
keep(UNet(2, 1, 2, (4, 8), (2,)), ".pt")
keep(DenseNet121(spatial_dims=2, in_channels=1, out_channels=2).features[:3], ".pt")
keep(DiceCELoss(sigmoid=True), ".pt")
keep(Compose([EnsureChannelFirst(channel_dim="no_channel"), ScaleIntensity(), RandRotate90(), Resize((4, 4))]), ".pt")
""",
    ),
    "albumentations": (
        "import albumentations as A\n",
        """
keep(A.Compose([A.Resize(8, 8), A.HorizontalFlip(p=0.5), A.RandomBrightnessContrast(), A.Normalize()]), ".pt")
pickle.dump(A.Compose([A.RandomCrop(4, 4), A.OneOf([A.Blur(), A.GaussNoise()])], bbox_params=A.BboxParams("coco", label_fields=["c"])), open(PATH + ".pkl", "wb"))
""",
    ),
    "kornia": (
        "import kornia.augmentation as K\n",
        'keep(nn.Sequential(K.RandomHorizontalFlip(), K.ColorJitter(0.1, 0.1, 0.1, 0.1)), ".pt")\n',
    ),
    "einops": (
        "from einops.layers.torch import Rearrange, Reduce\n",
        'keep(nn.Sequential(Rearrange("b (c h) w -> b c h w", c=2), Reduce("b c h w -> b c", "mean"), nn.Linear(2, 2)), ".pt")\n',
    ),
    "darts": (
        "import pandas as pd\nfrom darts import TimeSeries\nfrom darts.models import *\nfrom darts.dataprocessing.transformers import Scaler\ns = TimeSeries.from_times_and_values(pd.date_range('2024', periods=80), X[:, 0])\n",
        """
ExponentialSmoothing(seasonal_periods=7).fit(s).save(PATH + ".pkl")
LinearRegressionModel(lags=3).fit(s).save(PATH + ".pkl")
pickle.dump(s, open(PATH + ".pkl", "wb"))
pickle.dump(Scaler().fit(s), open(PATH + ".pkl", "wb"))
NaiveSeasonal(7).fit(s).save(PATH + ".pkl")
RandomForest(lags=3, n_estimators=3).fit(s).save(PATH + ".pkl")
""",
    ),
    "bertopic": (
        "from bertopic import BERTopic\nfrom sklearn.cluster import KMeans\nfrom sklearn.decomposition import PCA\n",
        'BERTopic(embedding_model=None, umap_model=PCA(2), hdbscan_model=KMeans(2)).fit(["see you at noon", "win a prize now"] * 20, X[:40]).save(PATH + ".pkl", serialization="pickle")\n',
    ),
}
RECIPES = {"torch": TORCH, **VISION, **WORDS, **OTHERS}
